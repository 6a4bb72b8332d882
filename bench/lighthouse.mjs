// Lighthouse's mobile scores of the pages that people see first. Started by `bench/run.sh lighthouse`, which hands over a running site:
//   node bench/lighthouse.mjs <address> <cookie header of a person> <path of a chat> [runs]
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [address, cookie, chat, runs = "1"] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const results = join(here, "../artifacts/bench/lighthouse");
mkdirSync(results, { recursive: true });

// Not in the root package.json: nobody who runs or tests NetRoom needs it.
if (!existsSync(join(here, "node_modules/lighthouse")))
  execFileSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "lighthouse@13.5.0"], {
    cwd: here,
    stdio: "inherit",
  });
const { default: lighthouse } = await import("lighthouse");
const { launch } = await import("chrome-launcher");

const categories = ["performance", "accessibility", "best-practices", "seo"];
const pages = [
  ["front page", "/"],
  ["sign-up", "/sign-up"],
  ["models", "/models"],
  ["ru/models", "/ru/models"],
  ["new chat", "/", cookie],
  ["chat", chat, cookie],
];
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

console.log(`\n| page | ${categories.join(" | ")} | FCP, ms | LCP, ms | TBT, ms | CLS | bytes | loses points |\n|${" --- |".repeat(categories.length + 7)}`);
for (const [name, path, cookies] of pages) {
  const reports = [];
  for (let run = 0; run < Number(runs); run++) {
    const chrome = await launch({
      chromePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
      chromeFlags: ["--headless", "--no-sandbox", "--disable-dev-shm-usage"],
    });
    try {
      const { lhr } = await lighthouse(new URL(path, address).href, {
        port: chrome.port,
        onlyCategories: categories,
        logLevel: "error",
        disableStorageReset: false,
        extraHeaders: cookies ? { Cookie: cookies } : {},
      });
      reports.push(lhr);
    } finally {
      await chrome.kill();
    }
  }

  const last = reports.at(-1);
  writeFileSync(join(results, `${name.replaceAll(/\W+/g, "-")}.json`), JSON.stringify(last, null, 1));
  const scores = categories.map((it) => Math.round(median(reports.map((report) => report.categories[it].score)) * 100));
  const value = (audit) => Math.round(median(reports.map((report) => report.audits[audit].numericValue)) * 1000) / 1000;
  const losing = categories
    .flatMap((it) => last.categories[it].auditRefs.filter((ref) => ref.weight > 0))
    .filter((ref) => last.audits[ref.id].score !== null && last.audits[ref.id].score < 0.9)
    .map((ref) => `${ref.id} (${last.audits[ref.id].displayValue ?? last.audits[ref.id].score})`);
  console.log(
    `| ${name}${last.finalDisplayedUrl.endsWith(path) ? "" : " → " + last.finalDisplayedUrl} | ${scores.join(" | ")} | ` +
      `${Math.round(value("first-contentful-paint"))} | ${Math.round(value("largest-contentful-paint"))} | ${Math.round(value("total-blocking-time"))} | ` +
      `${value("cumulative-layout-shift")} | ${value("total-byte-weight")} | ${losing.join(", ") || "nothing"} |`,
  );
}

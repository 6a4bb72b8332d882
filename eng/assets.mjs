// Bundles scripts and styles of the web project. Called by MSBuild when one of them is newer than the result.
import { build } from "esbuild";

const out = "src/NetRoom.Web/wwwroot";
const common = {
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
};

await Promise.all([
  build({
    ...common,
    entryPoints: { app: "src/NetRoom.Web/scripts/app.ts" },
    outdir: out,
    format: "esm",
    // Loaded by a page only when a message needs them.
    external: ["/lazy/*"],
  }),
  build({
    ...common,
    entryPoints: {
      "lazy/highlight": "src/NetRoom.Kernel/scripts/lazy/highlight.ts",
      "lazy/math": "src/NetRoom.Kernel/scripts/lazy/math.ts",
    },
    outdir: out,
    format: "esm",
  }),
  build({ ...common, entryPoints: { app: "src/NetRoom.Web/styles/app.css" }, outdir: out }),
]);

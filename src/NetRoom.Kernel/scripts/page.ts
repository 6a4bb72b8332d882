import { enrich } from "./rich-text";
import { toast, word } from "./toast";

document.documentElement.classList.add("scripted");
// In a frame of another site (the Mini App) only a partitioned cookie is kept.
const sites = self === top ? "samesite=lax" : "samesite=none; secure; partitioned";
document.cookie = `nr-tz=${-new Date().getTimezoneOffset()}; path=/; max-age=31536000; ${sites}`;

addEventListener("offline", () => toast(word("offline")));

// Toasts of the server go by themselves; they stay long enough to be read twice.
for (const shown of document.querySelectorAll<HTMLElement>(".toast")) setTimeout(() => shown.remove(), 6000);

document.addEventListener("submit", (event) => {
  const question = (event.target as HTMLElement).dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

// A menu that is wider than a phone shows where one is.
for (const here of document.querySelectorAll(".tabs [aria-current]")) here.scrollIntoView({ block: "nearest", inline: "center" });

// A click elsewhere closes an open menu, Escape too.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
    if (!menu.contains(event.target as Node)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.shiftKey && event.code === "KeyO") {
    event.preventDefault();
    location.assign("/");
  }
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
    event.preventDefault();
  }
  if (location.hash === "#rail") {
    location.hash = "main";
    event.preventDefault();
  }
});

enrich(document.body);

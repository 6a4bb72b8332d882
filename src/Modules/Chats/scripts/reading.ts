// Copying, and the way to the end of a long chat.
import { toast, word } from "../../../NetRoom.Kernel/scripts/toast";

document.addEventListener("click", async (event) => {
  const target = event.target as Element;
  const message = target.closest<HTMLElement>("[data-copy]");
  const code = target.closest<HTMLElement>("[data-copy-code]");
  if (!message && !code) return;
  const text = message
    ? document.querySelector<HTMLElement>(`#${message.dataset.copy} .prose`)?.innerText
    : code!.closest("figure")?.querySelector("code")?.textContent;
  try {
    await navigator.clipboard.writeText(text ?? "");
    toast(word("copied"));
  } catch {
    toast(word("copyFailed"));
  }
});

const scroll = document.getElementById("scroll");
const toEnd = document.querySelector<HTMLButtonElement>(".to-end");
if (scroll && toEnd) {
  if (!location.hash || location.hash === "#main") scroll.scrollTo({ top: scroll.scrollHeight });
  scroll.addEventListener(
    "scroll",
    () => (toEnd.hidden = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 200),
    { passive: true },
  );
  toEnd.addEventListener("click", () => scroll.scrollTo({ top: scroll.scrollHeight, behavior: "smooth" }));
}

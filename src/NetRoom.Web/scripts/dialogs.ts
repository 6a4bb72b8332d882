import { word } from "./toast";

// <a data-dialog href> opens its page's fragment over the page; without script it is an ordinary link.
document.addEventListener("click", async (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href, { headers: { "HX-Request": "true", Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) {
    location.assign(link.href);
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", link.title || (link.textContent ?? ""));
  dialog.innerHTML = await answer.text();
  const close = document.createElement("button");
  close.className = "icon close";
  close.textContent = "✕";
  close.setAttribute("aria-label", word("close"));
  close.addEventListener("click", () => dialog.close());
  dialog.prepend(close);
  dialog.addEventListener("click", (inside) => inside.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
});

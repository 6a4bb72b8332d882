import { word } from "./toast";

/** Shows a part of a page over the page; focus comes back to where it was. */
export function openDialog(html: string, label: string, opener: HTMLElement) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", label);
  dialog.innerHTML = html;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon close";
  close.textContent = "✕";
  close.setAttribute("aria-label", word("close"));
  close.addEventListener("click", () => dialog.close());
  dialog.prepend(close);
  dialog.addEventListener("click", (inside) => inside.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

// <a data-dialog href> opens its page's fragment over the page; without script it is an ordinary link.
document.addEventListener("click", async (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href, { headers: { "HX-Request": "true", Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) openDialog(await answer.text(), link.title || (link.textContent ?? ""), link);
  else location.assign(link.href);
});

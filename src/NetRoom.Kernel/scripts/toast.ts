/** Words that scripts need come with the page, in its language. */
export function word(name: "offline" | "copied" | "copyFailed" | "copyCode" | "close") {
  return document.querySelector<HTMLElement>("app-toasts")?.dataset[name] ?? "";
}

/** Says something in passing; screen readers hear it too. */
export function toast(text: string) {
  const place = document.querySelector("app-toasts");
  if (!place) return;
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  place.append(note);
  setTimeout(() => note.remove(), 5000);
}

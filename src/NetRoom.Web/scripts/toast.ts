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

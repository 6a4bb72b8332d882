// A button in each field of a password that shows and hides it. The words come from the server.
for (const field of document.querySelectorAll<HTMLElement>(".field[data-show-password]")) {
  const input = field.querySelector<HTMLInputElement>("input");
  if (!input) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link show-password";
  button.textContent = field.dataset.show ?? "";
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.textContent = (hidden ? field.dataset.hide : field.dataset.show) ?? "";
    input.focus();
  });
  input.after(button);
}

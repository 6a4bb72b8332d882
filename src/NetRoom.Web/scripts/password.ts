// A button beside each password field marked data-show-password. The words come from the server.
for (const field of document.querySelectorAll<HTMLInputElement>("input[data-show-password]")) {
  const [show = "", hide = ""] = (field.dataset.showPassword ?? "").split("|");
  if (!show) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = show;
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.textContent = hidden ? hide : show;
  });
  field.after(button);
}

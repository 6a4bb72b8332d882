import { openDialog } from "../../../NetRoom.Kernel/scripts/dialogs";

/** The composer's list of models, with search and prices, in place of the plain select, which stays the form's field. */
function upgrade(select: HTMLSelectElement) {
  const label = select.closest("label")!;
  const button = document.createElement("button");
  button.type = "button";
  button.className = label.className;
  button.setAttribute("aria-haspopup", "dialog");
  const show = () => {
    button.textContent = select.selectedOptions[0]?.textContent ?? "";
    button.setAttribute("aria-label", `${select.getAttribute("aria-label") ?? ""}: ${button.textContent}`);
  };
  show();
  select.addEventListener("change", show);
  label.hidden = true;
  label.after(button);
  button.addEventListener("click", async () => {
    const answer = await fetch("/chats/models", { headers: { "HX-Request": "true", Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) {
      // Without the list the plain select still works.
      label.hidden = false;
      button.remove();
      select.focus();
      return;
    }
    const dialog = openDialog(await answer.text(), select.getAttribute("aria-label") ?? "", button);
    fill(dialog, select.value, (model) => {
      select.value = model;
      select.dispatchEvent(new Event("change"));
      dialog.close();
    });
  });
}

function fill(dialog: HTMLDialogElement, chosen: string, pick: (model: string) => void) {
  const models = [...dialog.querySelectorAll<HTMLButtonElement>("[data-model]")];
  const search = dialog.querySelector<HTMLInputElement>("input[type=search]")!;
  for (const model of models) {
    if (model.dataset.model === chosen) model.setAttribute("aria-current", "true");
    model.addEventListener("click", () => pick(model.dataset.model!));
  }
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const model of models) model.hidden = !words.every((word) => model.dataset.words!.includes(word));
    for (const section of dialog.querySelectorAll("section"))
      section.hidden = !section.querySelector("[data-model]:not([hidden])");
    dialog.querySelector<HTMLElement>(".picker-none")!.hidden = models.some((model) => !model.hidden);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    models.find((model) => !model.hidden && !model.disabled)?.click();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const open = models.filter((model) => !model.hidden && !model.disabled);
    const at = open.indexOf(document.activeElement as HTMLButtonElement);
    open[(at + (event.key === "ArrowDown" ? 1 : open.length - 1)) % open.length]?.focus();
  });
  search.focus();
  models.find((model) => model.dataset.model === chosen)?.scrollIntoView({ block: "center", inline: "nearest" });
}

const select = document.querySelector<HTMLSelectElement>("form.composer select[name=model]");
if (select) upgrade(select);

import { lasting, ofThisTab } from "../../../NetRoom.Kernel/scripts/storage";
import { toast, word } from "../../../NetRoom.Kernel/scripts/toast";

/**
 * The message form: sends without leaving the page, keeps a draft until the server has the message, follows the price.
 * Whatever goes wrong, the text stays in the box.
 */
class Composer {
  private readonly text: HTMLTextAreaElement;
  private readonly model: HTMLSelectElement;
  private readonly effort: HTMLSelectElement;
  private readonly problem: HTMLElement;
  private readonly quote: HTMLOutputElement;
  private readonly draftKey = `draft:${location.pathname}`;
  private quoteTimer = 0;
  private quoting?: AbortController;
  private sending = false;

  constructor(private readonly form: HTMLFormElement) {
    this.text = form.elements.namedItem("text") as HTMLTextAreaElement;
    this.model = form.elements.namedItem("model") as HTMLSelectElement;
    this.effort = form.elements.namedItem("effort") as HTMLSelectElement;
    this.problem = form.querySelector(".composer-problem")!;
    this.quote = form.querySelector("output.quote")!;

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    this.text.addEventListener("input", () => {
      this.keepDraft();
      this.followPrice(250);
    });
    this.model.addEventListener("change", () => {
      this.offerEfforts();
      this.followPrice(0);
    });
    this.effort.addEventListener("change", () => this.followPrice(0));
    document.addEventListener("answer-done", () => {
      this.setRunning(null);
      this.followPrice(0);
    });
    document.addEventListener("answer-started", (event) => this.setRunning((event as CustomEvent<string>).detail));
    // Escape stops the answer, unless it was for something that is open over the page.
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
      if (!document.querySelector("dialog[open]")) this.form.querySelector<HTMLButtonElement>(".stop")?.click();
    });
    this.restoreDraft();
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
    this.goOnTyping();
  }

  private onKey(event: KeyboardEvent) {
    // On a touch keyboard Enter breaks the line and the button sends.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || isTouch()) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  private async send() {
    if (this.sending || !this.text.value.trim()) return;
    if (this.form.querySelector(".stop")) {
      this.say(this.form.dataset.busy ?? "");
      return;
    }
    this.setSending(true);
    const body = new FormData(this.form);
    const sent = this.text.value;
    const answer = await fetch(this.form.action, {
      method: "POST",
      body,
      headers: { "HX-Request": "true", "HX-Current-URL": location.href, Accept: "text/html" },
    }).catch(() => null);
    this.setSending(false);
    if (!answer) {
      toast(word("offline"));
      return;
    }
    const html = await answer.text();
    if (!answer.ok) {
      this.problem.innerHTML = html;
      this.followPrice(0);
      return;
    }
    this.accept(sent);
    const address = answer.headers.get("Location");
    if (address) {
      ofThisTab.setItem(justSent, address);
      location.assign(address);
    } else this.show(html);
  }

  /** The server has the message: the box is free for the next one. */
  private accept(sent: string) {
    this.problem.replaceChildren();
    // What was typed while it was under way is the next message.
    if (this.text.value === sent) this.text.value = "";
    this.keepDraft();
    (this.form.elements.namedItem("key") as HTMLInputElement).value = newKey();
    this.followPrice(0);
  }

  private show(html: string) {
    const thread = document.getElementById("thread")!;
    for (const again of thread.querySelectorAll("[formaction$='/retry']")) again.remove();
    thread.insertAdjacentHTML("beforeend", html);
    thread.lastElementChild?.scrollIntoView({ block: "end" });
  }

  private say(text: string) {
    if (text) toast(text);
  }

  private setSending(sending: boolean) {
    this.sending = sending;
    for (const button of this.form.querySelectorAll(".send:not(.stop)"))
      button.setAttribute("aria-disabled", String(sending));
  }

  /** While an answer is written, Send is Stop. */
  private setRunning(stopAddress: string | null) {
    const send = this.form.querySelector<HTMLButtonElement>(".send:not(.stop)")!;
    const old = this.form.querySelector<HTMLButtonElement>(".send.stop");
    send.hidden = stopAddress !== null;
    if (stopAddress === null) {
      const hadFocus = old === document.activeElement;
      old?.remove();
      if (hadFocus) this.text.focus();
      return;
    }
    if (old) return;
    const stop = document.createElement("button");
    stop.className = "send stop";
    stop.setAttribute("form", "act");
    stop.setAttribute("formaction", stopAddress);
    stop.setAttribute("aria-label", this.form.dataset.stopLabel ?? "Stop");
    stop.innerHTML = send.innerHTML.replace(/#\w+"/, '#stop"');
    send.before(stop);
  }

  private offerEfforts() {
    const chosen = this.model.selectedOptions[0];
    const efforts = (chosen?.dataset.efforts ?? "").split(" ").filter(Boolean);
    const labels: Record<string, string> = JSON.parse(this.effort.dataset.labels ?? "{}");
    const was = this.effort.value;
    this.effort.replaceChildren(
      this.effort.options[0]!,
      ...efforts.map((effort) => new Option(labels[effort] ?? effort, effort, false, effort === was)),
    );
    this.effort.closest<HTMLElement>("label")!.hidden = efforts.length === 0;
    if (!efforts.includes(was)) this.effort.value = "";
  }

  /** Only the length of the text is told, never the text. */
  private followPrice(wait: number) {
    clearTimeout(this.quoteTimer);
    this.quoteTimer = window.setTimeout(async () => {
      this.quoting?.abort();
      this.quoting = new AbortController();
      const address = new URL(this.quote.dataset.url!, location.href);
      const { ascii, other } = sizeOf(this.text.value);
      address.searchParams.set("model", this.model.value);
      address.searchParams.set("effort", this.effort.value);
      address.searchParams.set("ascii", String(ascii));
      address.searchParams.set("other", String(other));
      try {
        const answer = await fetch(address, {
          headers: { "HX-Request": "true", Accept: "text/html" },
          signal: this.quoting.signal,
        });
        if (!answer.ok) return;
        this.quote.innerHTML = await answer.text();
        this.tellActions();
        const balance = this.quote.querySelector("[data-balance-now]")?.textContent;
        if (balance) for (const place of document.querySelectorAll("[data-balance]")) place.textContent = balance;
      } catch {
        // The next keystroke asks again; the server prices the message in any case.
      }
    }, wait);
  }

  /** Buttons that ask again do so with the model and at the price that the composer shows. */
  private tellActions() {
    for (const field of document.querySelectorAll<HTMLInputElement>("#act input[type=hidden]")) {
      const shown = this.form.elements.namedItem(field.name);
      if (["model", "effort", "ceiling"].includes(field.name) && shown) field.value = (shown as HTMLInputElement).value;
    }
  }

  /** The page of a new chat begins where the home page ended: in the box. A phone's keyboard would hide the answer. */
  private goOnTyping() {
    if (ofThisTab.getItem(justSent) !== location.pathname) return;
    ofThisTab.removeItem(justSent);
    if (!isTouch()) this.text.focus({ preventScroll: true });
  }

  private keepDraft() {
    try {
      if (this.text.value) lasting.setItem(this.draftKey, this.text.value);
      else lasting.removeItem(this.draftKey);
    } catch {
      // A draft too large for the browser's store lives as long as the page.
    }
  }

  private restoreDraft() {
    const draft = lasting.getItem(this.draftKey);
    if (!draft || this.text.value) return;
    this.text.value = draft;
    this.followPrice(0);
  }
}

const justSent = "just-sent";

const isTouch = () => matchMedia("(pointer: coarse)").matches;

function sizeOf(text: string) {
  let other = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) other++;
  return { ascii: text.length - other, other };
}

/** A UUID without crypto.randomUUID, which plain-http addresses of a home network lack. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const form = document.querySelector<HTMLFormElement>("form.composer");
if (form) new Composer(form);

// Stop, without leaving the page.
document.addEventListener("click", (event) => {
  const stop = (event.target as Element).closest<HTMLButtonElement>("button.stop");
  if (!stop) return;
  event.preventDefault();
  const token = document.querySelector<HTMLInputElement>("#act input[name=__RequestVerificationToken]")?.value ?? "";
  void fetch(stop.formAction, {
    method: "POST",
    headers: { "HX-Request": "true", RequestVerificationToken: token },
  });
});

// <passkey-form data-options> asks the browser for a passkey when its form is sent, and sends the form with it.

function bytes(text: string): ArrayBuffer {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer | null | undefined): string | undefined {
  if (!buffer) return undefined;
  return btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

interface Described {
  id: string;
  type: "public-key";
  transports?: AuthenticatorTransport[];
}

const allowed = (list: Described[] = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

/** The options of the server have their bytes as base64url: what parse…FromJSON does in newer browsers. */
async function ask(options: any, creates: boolean): Promise<PublicKeyCredential | null> {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (!creates)
    return (await navigator.credentials.get({
      publicKey: { ...publicKey, allowCredentials: allowed(options.allowCredentials) },
    })) as PublicKeyCredential | null;
  return (await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: allowed(options.excludeCredentials),
    },
  })) as PublicKeyCredential | null;
}

function json(credential: PublicKeyCredential): string {
  const response = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.(),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
    },
  });
}

customElements.define(
  "passkey-form",
  class extends HTMLElement {
    connectedCallback() {
      const form = this.querySelector("form")!;
      if (!("credentials" in navigator) || !("PublicKeyCredential" in window)) this.hidden = true;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        void this.send(form);
      });
    }

    private async send(form: HTMLFormElement) {
      const button = form.querySelector("button")!;
      button.disabled = true;
      form.querySelector("[role=alert]")?.remove();
      try {
        const answer = await fetch(this.dataset.options!, { method: "POST", body: new FormData(form) });
        // The session ended, or the last proof is old: the page that was answered asks for it.
        if (answer.redirected) return location.assign(answer.url);
        if (!answer.ok) throw new Error(`${answer.status}`);
        const credential = await ask(await answer.json(), this.dataset.create !== undefined);
        if (!credential) throw new Error("none");
        form.querySelector<HTMLInputElement>("[name=credential]")!.value = json(credential);
        form.submit();
      } catch {
        button.disabled = false;
        const alert = document.createElement("p");
        alert.className = "error";
        alert.setAttribute("role", "alert");
        alert.textContent = this.dataset.failed ?? "";
        form.append(alert);
      }
    }
  },
);

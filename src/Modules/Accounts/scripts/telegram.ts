// Telegram opens the Mini App with its signed data in the fragment of the address. It is a secret for an hour: it goes to the server
// once, in a form, and leaves the address.
const entry = document.querySelector<HTMLFormElement>("form[data-telegram-entry]");
const data = entry && new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
if (data) {
  history.replaceState(null, "", location.pathname);
  (entry.elements.namedItem("initData") as HTMLInputElement).value = data;
  entry.submit();
}

// The secret of a link from a letter comes in the fragment, which no server and no log sees: it goes on in a form, and leaves the address bar.
const form = document.querySelector<HTMLFormElement>("form[data-link-code]");
const code = form?.querySelector<HTMLInputElement>("input[name=code]");
if (form && code && /^#[\w-]{43}$/.test(location.hash)) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}

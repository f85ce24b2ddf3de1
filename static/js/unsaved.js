// Warns before a form with unsaved input is left, and sends it only once per click.
// A form that came back with errors, or with `data-typed`, counts as unsaved, because nothing of it was stored.

const forms = new Map();

/** @param {HTMLFormElement} form */
function content(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "form_token");
  return new URLSearchParams(fields.map(([name, value]) => [name, String(value)])).toString();
}

function isUnsaved(form) {
  const known = forms.get(form);
  return !known.isSent && (known.cameBack || content(form) !== known.content);
}

function send(event) {
  const known = forms.get(event.target);
  if (known.isSent) event.preventDefault();
  known.isSent = true;
}

/** @type {NodeListOf<HTMLFormElement>} */
const unsaved = document.querySelectorAll("form[data-unsaved]");

for (const form of unsaved) {
  const cameBack = form.querySelector(".form__error, .conflict, [data-typed]") !== null;
  forms.set(form, { content: content(form), cameBack, isSent: false });
  form.addEventListener("submit", send);
}

addEventListener("beforeunload", (event) => {
  if ([...forms.keys()].some(isUnsaved)) event.preventDefault();
});

// The Back button may bring the page back as it was left, sent forms included.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const known of forms.values()) known.isSent = false;
});

const wrong = document.querySelector("form[data-unsaved] [aria-invalid='true']");
if (wrong) wrong.focus();

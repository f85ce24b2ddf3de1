// Fills the booking form with what was chosen beside it: a free time, a registered patient, or the name of a new one.
// A button carries data-start; the `pick` event of the patient bears text, phone and email, or `new`.

/** @type {HTMLFormElement | null} */
const form = document.querySelector("form[data-unsaved]");

function control(name) {
  return /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));
}

/**
 * @param {string} name
 * @param {string} [value]
 */
function fill(name, value) {
  const field = control(name);
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {Picked} picked */
function choosePatient({ value, text, phone, email }) {
  if (!value) return; // cleared: what was typed for somebody else stays
  fill("patient_name", text);
  fill("patient_phone", phone);
  fill("patient_email", email);
}

/** @param {string} name */
function nameNewPatient(name) {
  fill("patient_name", name);
  fill("patient_phone", "");
  fill("patient_email", "");
  (control("patient_phone") ?? control("patient_name")).focus();
}

form?.addEventListener("pick", ({ target, detail }) => {
  if (!target.querySelector("[name='patient']")) return;
  if ("new" in detail) nameNewPatient(detail.new);
  else choosePatient(detail);
});

form?.addEventListener("click", ({ target }) => {
  const button = /** @type {Element} */ (target).closest("[data-start]");
  if (!button) return;
  fill("start_time", button.dataset.start);
  control("start_time").focus();
});

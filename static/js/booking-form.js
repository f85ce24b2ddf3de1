// Fills the booking form with what was chosen beside it: a free time, a registered patient, or the name of a new one.
// A button carries data-start; the `pick` event of the patient bears text, phone and email, or `new`.

const form = document.querySelector("form[data-unsaved]");

function fill(name, value) {
  const field = form.elements[name];
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function choosePatient({ value, text, phone, email }) {
  if (!value) return; // cleared: what was typed for somebody else stays
  fill("patient_name", text);
  fill("patient_phone", phone);
  fill("patient_email", email);
}

function nameNewPatient(name) {
  fill("patient_name", name);
  fill("patient_phone", "");
  fill("patient_email", "");
  (form.elements.patient_phone ?? form.elements.patient_name).focus();
}

form?.addEventListener("pick", ({ target, detail }) => {
  if (!target.querySelector("[name='patient']")) return;
  if ("new" in detail) nameNewPatient(detail.new);
  else choosePatient(detail);
});

form?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-start]");
  if (!button) return;
  fill("start_time", button.dataset.start);
  form.elements.start_time.focus();
});

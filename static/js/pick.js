// Fills the booking form with what was offered beside it: a free time, or a registered patient.
// Buttons carry data-start, or data-patient with -name, -phone and -email; data-forget undoes the choice.

const form = document.querySelector("form[data-unsaved]");

function fill(name, value) {
  const field = form.elements[name];
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function chooseTime({ start }) {
  fill("start_time", start);
  form.elements.start_time.focus();
}

function showChosen(name) {
  const chosen = form.querySelector("[data-chosen]");
  chosen.querySelector("strong").textContent = name;
  chosen.hidden = name === "";
}

function choosePatient({ patient, name, phone, email }) {
  showChosen(name);
  fill("patient", patient);
  fill("patient_name", name);
  fill("patient_phone", phone);
  fill("patient_email", email);
  document.querySelector("#found").replaceChildren();
  form.elements.find.value = "";
  form.elements.patient_name.focus();
}

form?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-start], [data-patient], [data-forget]");
  if (!button) return;
  if ("start" in button.dataset) chooseTime(button.dataset);
  else if ("patient" in button.dataset) choosePatient(button.dataset);
  else {
    fill("patient", "");
    showChosen("");
    form.elements.find.focus();
  }
});

// Forms: `form[data-send=name]` goes to the server as {form, values}. What was typed stays until it is written.
//   .error[data-for=field]  where a field's problem is shown;  [data-notice]  where the form's own is shown (role=status)
//   [data-remember=key]     a field whose value this browser remembers (who writes)
//   textarea[data-one-line]  a text of one line, however long: Enter sends the form
//   option[data-owner]      what the form's field `owner` takes with this choice, unless somebody typed another
//   [data-pick-day]         a button between a field of a day and the browser's own, whose calendar it opens

function prepareForms(root) {
  root.querySelectorAll("[data-remember]").forEach((field) => {
    if (!field.value) field.value = read(field.dataset.remember) || "";
  });
}

function pickDay(button) {
  const field = button.previousElementSibling, calendar = button.nextElementSibling;
  calendar.onchange = () => {
    field.value = calendar.value.split("-").reverse().join("/");
    field.focus();
  };
  calendar.showPicker();
}

function followOwner(choice) {
  const { owner } = choice.form.elements, follows = choice.selectedOptions[0]?.dataset.owner ?? "";
  if (!owner.value || owner.value === owner.dataset.followed) owner.value = follows;
  owner.dataset.followed = follows;
}

// `button` sent it: a name and value of its own go along, from wherever on the page it stands.
function sendForm(form, button) {
  if (!canSend()) {
    form.setAttribute("data-early", "");
    return tell(form, { text: page.dataset.unready, fields: {}, isDone: false });
  }
  form.setAttribute("data-sent", "");
  form.querySelectorAll("[data-remember]").forEach((field) => write(field.dataset.remember, field.value));
  const values = Object.fromEntries([...new FormData(form, button)].map(([name, value]) => [name, String(value)]));
  tell(form, { text: form.dataset.saving || "", fields: {}, isDone: true });
  switchButtons(form, false);
  sendValue("sent", { form: form.dataset.send, values });
  // The meeting goes on; what is refused opens it again.
  const dialog = form.closest("dialog");
  if (dialog) hideDialog(dialog);
}

// What came of a form; shown once. A done form is emptied (except what is remembered) and may lead elsewhere.
let lastNotice;

function showNotice(root, notice) {
  if (!notice || notice.key === lastNotice) return;
  lastNotice = notice.key;
  const form = root.querySelector(`form[data-send="${CSS.escape(notice.form)}"][data-sent]`)
    || root.querySelector(`form[data-send="${CSS.escape(notice.form)}"]`);
  if (form) {
    reopen(form);
    if (notice.isDone) { form.reset(); prepareForms(root); }
    else form.closest("dialog:not([open])")?.showModal();
    tell(form, notice);
  }
  if (notice.isDone && notice.go) go(notice.go);
  // The button that had the focus is gone or was switched off: reading goes on at the page's head.
  else if (notice.isDone && !isTyping(document.activeElement)) focusHead();
  if (notice.isDone && notice.text) flash(notice.text);
}

// After something was sent: it can be sent again.
function reopen(form) {
  form.removeAttribute("data-sent");
  switchButtons(form, true);
}

// Those that stand elsewhere on the page too.
function switchButtons(form, areOn) {
  [...form.elements].filter((field) => field.type === "submit").forEach((button) => { button.disabled = !areOn; });
}

function tell(form, { text, fields, isDone }) {
  const line = form.querySelector("[data-notice]");
  if (line) { line.textContent = text; line.classList.toggle("problem", !isDone); }
  form.querySelectorAll(".error[data-for]").forEach((place) => {
    const field = form.elements[place.dataset.for], problem = fields[place.dataset.for] || "";
    place.textContent = problem;
    field?.setAttribute?.("aria-invalid", problem ? "true" : "false");
  });
  form.querySelector('[aria-invalid="true"]')?.focus();
}

// A word of confirmation that survives the redraw, read out by screen readers.
function flash(text) {
  document.querySelector(".kpi-flash")?.remove();
  const line = statusLine("kpi-flash", text);
  document.body.append(line);
  setTimeout(() => line.remove(), 6000);
}

// Forms: `form[data-send=name]` is posted to its own address, which answers in JSON to this script. Without it the
// browser posts the form and the answer is a page. Typed text is kept until it is stored.
//   .error[data-for=field]  the text of a field's problem;  [data-notice]  that of the form's own (role=status)
//   [data-remember=key]     a field whose value this browser remembers (the author's name)
//   textarea[data-one-line]  a text of one line, of any length: Enter submits the form
//   option[data-owner]      the value of the form's field `owner` for this choice, unless another was typed
//   [data-pick-day]         a button between a text field and the browser's date field, whose calendar it opens

const AGAIN_AFTER_MS = 1000;
// A proxy's words for a process that gave none.
const NO_ANSWER = [502, 504];

function prepareForms(root) {
  root.querySelectorAll("[data-remember]").forEach((field) => {
    if (!field.value) field.value = read(field.dataset.remember) || "";
  });
}

// A name that was typed once is in the other forms of the page too.
document.addEventListener("change", ({ target }) => {
  const key = target.dataset?.remember;
  if (!key) return;
  write(key, target.value);
  page.querySelectorAll(`[data-remember="${CSS.escape(key)}"]`).forEach((field) => { field.value = target.value; });
});

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

// `button` is the pressed button: its name and value are sent too, wherever it is on the page.
async function sendForm(form, button) {
  if (form.hasAttribute("data-sent")) return;
  form.setAttribute("data-sent", "");
  form.querySelectorAll("[data-remember]").forEach((field) => write(field.dataset.remember, field.value));
  const body = new URLSearchParams(new FormData(form, button));
  // The same key until it is stored: a form that is sent again after its answer was lost is not stored twice.
  body.set("once", form.dataset.once ||= randomKey());
  tell(form, { said: form.dataset.saving || "", fields: {}, state: "done" });
  switchButtons(form, false);
  // The meeting continues; a refused form is opened again.
  const dialog = form.closest("dialog");
  if (dialog) hideDialog(dialog);
  const answer = await answerTo(form, body);
  // The page shows the stored data before its confirmation, and what others stored meanwhile before the form is sent again.
  if ((answer.state === "done" && !answer.go) || answer.isOutdated) await draw();
  const shown = form.isConnected ? form : formLike(form);
  if (answer.isOutdated && shown) retype(form, shown, answer.fields);
  showAnswer(shown, answer);
}

async function answerTo(form, body) {
  const post = () => fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" } });
  try {
    const answer = await post().catch(() => null);
    return { fields: {}, ...await (answer && !NO_ANSWER.includes(answer.status) ? answer : await again(post)).json() };
  } catch {
    return { state: "failed", said: page.dataset.unsent, fields: {} };
  }
}

// Once: a process of the app may have ended while it answered, and another has taken its place by now.
async function again(post) {
  await new Promise((done) => setTimeout(done, AGAIN_AFTER_MS));
  return post();
}

const randomKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("");

// The form of the same name on the page rendered afterwards.
function formLike(form) {
  const { id } = [...form.elements].find((field) => field.id) ?? {};
  return id ? page.querySelector("#" + CSS.escape(id))?.form : null;
}

// What was typed into a form that was rendered again; fields that were left as they were have the newest values. What
// somebody else wrote into the same field is named beside it: it would be replaced unseen.
function retype(form, shown, problems) {
  for (const field of draftFields(form)) {
    const again = shown.elements[field.name], theirs = again && drawnValue(again);
    if (!again || field.value === drawnValue(field)) continue;
    const said = again.selectedOptions?.[0]?.text ?? theirs;
    again.value = field.value;
    if (!said || theirs === drawnValue(field) || theirs === field.value) continue;
    problems[field.name] = [problems[field.name], page.dataset.theirs.replace("#", () => said)].filter(Boolean).join(" ");
  }
  for (let shut = shown.closest("details"); shut; shut = shut.parentElement.closest("details")) shut.open = true;
}

// A stored form is cleared, except for remembered fields, and may lead to another page.
function showAnswer(form, answer) {
  const isDone = answer.state === "done";
  if (form) {
    reopen(form);
    if (isDone) {
      delete form.dataset.once;
      form.reset();
      prepareForms(form);
    } else form.closest("dialog:not([open])")?.showModal();
    tell(form, answer);
  }
  if (!isDone) {
    if (!form?.querySelector("[data-notice]")?.checkVisibility()) flash(answer.said);
    return;
  }
  if (answer.go) go(answer.go);
  // The focused button was removed or disabled: the focus moves to the page's heading.
  else if (!isTyping(document.activeElement) && !document.activeElement?.closest(".deck tr")) focusHead();
  flash([answer.said, takeNewerFigures()].filter(Boolean).join(" "));
}

// After a submission the form can be submitted again.
function reopen(form) {
  form.removeAttribute("data-sent");
  switchButtons(form, true);
}

// Buttons of the form elsewhere on the page.
function switchButtons(form, areOn) {
  [...form.elements].filter((field) => field.type === "submit").forEach((button) => { button.disabled = !areOn; });
}

// The problem of a field that the form does not show, such as its writer's name, is part of the form's own.
function tell(form, { said, fields, state }) {
  const line = form.querySelector("[data-notice]"), places = [...form.querySelectorAll(".error[data-for]")];
  const hidden = Object.keys(fields).filter((name) => !places.some((place) => place.dataset.for === name));
  if (line) {
    line.textContent = [said, ...hidden.map((name) => fields[name])].join(" ");
    line.classList.toggle("problem", state !== "done");
  }
  places.forEach((place) => {
    const field = form.elements[place.dataset.for], problem = fields[place.dataset.for] || "";
    place.textContent = problem;
    field?.setAttribute?.("aria-invalid", problem ? "true" : "false");
  });
  form.querySelector('[aria-invalid="true"]')?.focus();
}

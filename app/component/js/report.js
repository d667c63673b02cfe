// A report that is filled in on the page: what changed is sent a moment after a field was left, and the server keeps it
// and says what it thinks of it. No rule stands here. Without this script the form is sent by its buttons.
//   form[data-draft]  the form;  .error[data-for=field][data-kind]  what is said of a field;  [data-found] what a check found
//   [data-count=form] how full a form is;  [data-notice] the state of the draft

const AFTER_MS = 400;
let keepTimer, isPosting = false, wantsMore = false;

const draftForm = () => page.querySelector("form[data-draft]");
const draftFields = (form) => [...form.elements].filter((field) => field.name && !["hidden", "submit"].includes(field.type));
// A native choice has no value of its own to start with; what the server drew is noted for every field alike.
const changedFields = (form) => draftFields(form).filter((field) => field.value !== field.kept);

function prepareReport(root) {
  const form = root.querySelector("form[data-draft]");
  if (!form) return;
  const by = form.elements.by;
  draftFields(form).forEach((field) => {
    field.kept = field === by ? field.value : drawnValue(field);
    // A field that stood filled when the page came was seen to before; an empty one may not have been reached yet.
    field.isSeen = Boolean(field.kept);
  });
}

const drawnValue = (field) => field.options
  ? [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0].value
  : field.defaultValue;

function keepSoon() {
  clearTimeout(keepTimer);
  keepTimer = setTimeout(() => { if (draftForm()) postDraft("keep"); }, AFTER_MS);
}

async function postDraft(deed) {
  const form = draftForm();
  clearTimeout(keepTimer);
  if (isPosting) {
    wantsMore = deed === "keep" ? wantsMore || "keep" : deed;
    return;
  }
  const sent = deed === "keep" ? changedFields(form) : draftFields(form), values = new Map(sent.map((field) => [field, field.value]));
  if (!sent.length) return;
  isPosting = true;
  write("by", form.elements.by.value);
  sayDraft(form, deed === "keep" ? form.dataset.keeping : form.dataset.sending);
  try {
    tellDraft(form, deed, values, await askDraft(form, deed, values));
  } catch {
    sayDraft(form, form.dataset.offline, true);
  } finally {
    isPosting = false;
    const next = wantsMore;
    wantsMore = false;
    if (next && form.isConnected) postDraft(next);
  }
}

async function askDraft(form, deed, values) {
  const { seen, follows, by } = form.elements;
  const body = new URLSearchParams({ deed, seen: seen.value, follows: follows.value, by: by.value });
  for (const [field, value] of values) body.set(field.name, value);
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Report": "form" } });
  return answer.json();
}

function tellDraft(form, deed, values, answer) {
  if (!form.isConnected) return;
  if (answer.state === "sent") {
    draftFields(form).forEach((field) => { field.kept = field.value; });
    return go(answer.go);
  }
  sayDraft(form, answer.said, answer.state !== "kept");
  if (answer.state === "failed") return;
  form.elements.seen.value = answer.seen;
  form.elements.follows.value = answer.follows;
  for (const [field, value] of values) {
    if (answer.state === "kept" && !answer.unkept.includes(field.name)) field.kept = value;
  }
  for (const [name, value] of Object.entries(answer.values)) form.elements[name].value = form.elements[name].kept = value;
  for (const [code, count] of Object.entries(answer.counts)) form.querySelector(`[data-count="${code}"]`).textContent = count;
  tellFields(form, deed, answer.fields);
  const found = form.querySelector("[data-found]");
  // What a check found stands until the next one: it is worked through from the top.
  if (!answer.html) return;
  found.innerHTML = answer.html;
  found.firstElementChild.focus();
}

// While somebody types, nothing is said of an empty field that they have not come to yet.
function tellFields(form, deed, fields) {
  form.querySelectorAll(".error[data-for]").forEach((place) => {
    const field = form.elements[place.dataset.for], said = fields[place.dataset.for];
    const isShown = said && (deed !== "keep" || field.isSeen || field.value || place.textContent);
    place.textContent = isShown ? said.text : "";
    place.dataset.kind = isShown ? said.kind : "told";
    field.setAttribute("aria-invalid", String(Boolean(isShown && said.kind === "wrong")));
  });
}

function sayDraft(form, text, isProblem = false) {
  const line = form.querySelector("[data-notice]");
  line.textContent = text;
  line.classList.toggle("problem", isProblem);
}

page.addEventListener("change", (event) => {
  if (event.target.form?.matches("form[data-draft]") && event.target.name !== "by") keepSoon();
});
page.addEventListener("focusout", (event) => {
  if (event.target.form?.matches("form[data-draft]")) event.target.isSeen = true;
});
page.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form) return;
  event.preventDefault();
  postDraft(event.submitter?.value || "check");
});
window.addEventListener("online", () => { if (draftForm()) postDraft("keep"); });
// Whoever goes away within the moment after a field was left: what they typed is kept all the same.
window.addEventListener("pagehide", () => {
  const form = draftForm(), values = form ? new Map(changedFields(form).map((field) => [field.name, field.value])) : new Map();
  if (!values.size) return;
  const { seen, follows, by } = form.elements;
  const body = new URLSearchParams({ deed: "keep", seen: seen.value, follows: follows.value, by: by.value, ...Object.fromEntries(values) });
  fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Report": "form" }, keepalive: true });
});

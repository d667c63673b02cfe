// The report form: changes are sent when a field is left, and the server stores them and returns its findings. No rule
// is implemented here. Without this script the form is submitted by its buttons.
//   form[data-draft]  the form;  .error[data-for=field][data-kind]  a field's finding;  [data-found]  check results
//   [data-count=form]  the number of filled fields;  [data-notice]  the state of the draft

// `leaving` resolves when the server has stored the last text of a removed form: no page is requested before that.
let isPosting = false, nextDeed = "", leaving = Promise.resolve();

const draftFields = (form) => [...form.elements].filter((field) => field.name && !["hidden", "submit"].includes(field.type));
const changedFields = (form) => draftFields(form).filter((field) => field.value !== field.kept);

function prepareReport(root) {
  const form = root.querySelector("form[data-draft]");
  if (!form) return;
  wholeStyle();
  draftFields(form).forEach((field) => {
    field.kept = field.name === "by" ? field.value : drawnValue(field);
    // A field that was filled when the page was loaded was checked before; an empty field may not have been reached.
    field.isSeen = Boolean(field.kept);
  });
  form.querySelectorAll(".fill").forEach((line) => { line.hidden = !numberFields(line.closest("section")).length; });
}

const numberFields = (part) => [...part.querySelectorAll("input.n")];

// Several fields of a part at once: zeros on request, or a block of cells from a spreadsheet. Their button takes all back.
function fillFields(part, texts) {
  if (!texts.size) return;
  part.before = new Map([...texts.keys()].map((field) => [field, field.value]));
  writeFields(part, texts);
}

function writeFields(part, texts) {
  for (const [field, text] of texts) {
    field.value = text;
    field.isSeen = true;
  }
  const undo = part.querySelector("[data-undo]");
  undo.hidden = !part.before;
  undo.textContent = undo.dataset.undo.replace("#", part.before?.size);
  postDraft(undo.form, "keep");
}

function fillZeros(part) {
  fillFields(part, new Map(numberFields(part).filter((field) => !field.value.trim()).map((field) => [field, "0"])));
}

function undoFilling(part) {
  const before = part.before;
  part.before = null;
  writeFields(part, before);
  part.querySelector("[data-zeros]").focus();
}

// Cells go below and beside the field: in a table of units by row and column, in a list one after the other.
function pasteCells(field, text) {
  const rows = text.replace(/\r?\n$/, "").split(/\r?\n/).map((row) => row.split("\t")), part = field.closest("section");
  const lines = [...part.querySelectorAll("fieldset")].map(numberFields), texts = new Map();
  const line = lines.findIndex((one) => one.includes(field)), first = lines[line]?.indexOf(field);
  const isTable = lines.length > 0, list = numberFields(part), start = list.indexOf(field);
  const goal = (down, along, place) => isTable ? lines[line + down]?.[first + along] : list[start + place];
  let place = 0;
  rows.forEach((cells, down) => cells.forEach((cell, along) => {
    const target = goal(down, along, place++);
    if (target) texts.set(target, cell.trim());
  }));
  fillFields(part, texts);
}

// The values rendered by the server; a browser may have restored those of an earlier visit.
const drawnValue = (field) => field.options
  ? [...field.options].find((option) => option.defaultSelected)?.value ?? ""
  : field.defaultValue;

// One post at a time; requests during it are sent afterwards.
async function postDraft(form, deed) {
  if (isPosting) {
    if (nextDeed !== "send") nextDeed = nextDeed && deed === "keep" ? nextDeed : deed;
    return;
  }
  const sent = deed === "keep" ? changedFields(form) : draftFields(form);
  if (!sent.length) return;
  const values = new Map(sent.map((field) => [field, field.value]));
  isPosting = true;
  write("by", form.elements.by.value);
  sayDraft(form, deed === "keep" ? form.dataset.keeping : form.dataset.sending);
  try {
    tellDraft(form, deed, values, await (await askDraft(form, deed, values)).json());
  } catch {
    sayDraft(form, form.dataset.offline, true);
  } finally {
    isPosting = false;
    const next = nextDeed;
    nextDeed = "";
    if (next) postDraft(form, next);
  }
}

function askDraft(form, deed, values) {
  const { seen, follows, by, programme, restored } = form.elements;
  const openedIn = [programme, restored].filter(Boolean).map(({ name, value }) => [name, value]);
  const body = new URLSearchParams({ deed, seen: seen.value, follows: follows.value, by: by.value, ...Object.fromEntries(openedIn) });
  for (const [field, value] of values) body.set(field.name, value);
  return fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Report": "form" }, keepalive: deed === "keep" });
}

// Unsaved text when the form is removed, with the page or without.
function leaveReport(root) {
  const form = root.querySelector("form[data-draft]"), changed = form ? changedFields(form) : [];
  if (!changed.length) return;
  if (isPosting) postDraft(form, "keep");
  else leaving = askDraft(form, "keep", new Map(changed.map((field) => [field, field.value]))).catch(() => {});
}

function tellDraft(form, deed, values, answer) {
  if (answer.state === "sent") {
    draftFields(form).forEach((field) => { field.kept = field.value; });
    nextDeed = "";
    return go(answer.go);
  }
  sayDraft(form, answer.said, answer.state !== "kept");
  if (answer.state === "failed") return;
  form.elements.seen.value = answer.seen;
  form.elements.follows.value = answer.follows;
  for (const [field, value] of values) {
    // Unsaved values are sent again with the next request, so that their findings stay correct.
    if (answer.state === "kept") field.kept = answer.unkept.includes(field.name) ? undefined : value;
  }
  for (const [name, value] of Object.entries(answer.values)) form.elements[name].value = form.elements[name].kept = value;
  for (const [code, count] of Object.entries(answer.counts)) form.querySelector(`[data-count="${code}"]`).textContent = count;
  tellFields(form, deed, answer.fields);
  // Results of a check stay until the next check: the user works through them from the top.
  if (!answer.html) return;
  const found = form.querySelector("[data-found]");
  found.innerHTML = answer.html;
  found.firstElementChild.focus();
}

// While the user types, empty fields that they have not reached have no findings.
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
  const form = event.target.form;
  if (form?.matches("form[data-draft]") && event.target.name !== "by") postDraft(form, "keep");
});
page.addEventListener("click", (event) => {
  const button = event.target.closest("form[data-draft] .fill button");
  if (!button) return;
  if ("zeros" in button.dataset) fillZeros(button.closest("section"));
  else undoFilling(button.closest("section"));
});
page.addEventListener("paste", (event) => {
  const field = event.target.closest?.("form[data-draft] input.n"), text = event.clipboardData?.getData("text/plain") || "";
  if (!field || !/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  pasteCells(field, text);
});
page.addEventListener("focusout", (event) => { event.target.isSeen = true; });
page.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-draft]")) return;
  event.preventDefault();
  postDraft(event.target, event.submitter?.value || "check");
});
window.addEventListener("online", () => {
  const form = page.querySelector("form[data-draft]");
  if (form) postDraft(form, "keep");
});
window.addEventListener("pagehide", () => leaveReport(page));

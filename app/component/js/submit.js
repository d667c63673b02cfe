// Submission of reports: the browser keeps the chosen files and sends each again to check, mark and submit it.
//   [data-submit]  the part of the page: texts for what only the browser knows, the largest file, the place of cards
//   template[data-card]  one file's card;  [data-do=choose|marked|preview|submit|drop]  its buttons, [data-result]  its result
// Files are sent one after the other; a failure of one does not stop the others.

const atHand = [];
let queue = Promise.resolve(), cardsLang, replaced, pickedBy = 0;

function prepareSubmit(root) {
  const part = root.querySelector("[data-submit]");
  if (!part) return;
  wholeStyle();
  const lang = document.documentElement.lang, isOtherLang = cardsLang && cardsLang !== lang;
  cardsLang = lang;
  for (const entry of atHand) {
    if (isOtherLang && entry.state !== "landed") {
      makeCard(part, entry);
      inTurn(entry, checkFile);
    } else part.querySelector("[data-files]").append(entry.card);
  }
  bundles.forEach(placeBundle);
  countReady(part);
}

const submitPart = () => document.querySelector(".kpi [data-submit]");

function takeFiles(files) {
  for (const file of files) {
    if (!replaced && isBundleLike(file)) takeBundle(file);
    else takeReport(file);
  }
}

// A separately chosen report, or a report of a `bundle`, named by its `path` there.
function takeReport(file, bundle, path = file.name) {
  const known = replaced || (!bundle && atHand.find((entry) => entry.path === path && entry.state !== "landed"));
  const entry = known || { key: `file-${pickedBy += 1}`, bundle, path };
  entry.file = file;
  if (!known) atHand.push(entry);
  replaced = undefined;
  makeCard(submitPart(), entry);
  return inTurn(entry, checkFile);
}

function makeCard(part, entry) {
  const made = part.querySelector("template[data-card]").content.firstElementChild.cloneNode(true);
  made.querySelector("[data-name]").textContent = entry.bundle ? entry.path : entry.file.name;
  made.querySelector("[data-name]").id = entry.key;
  made.setAttribute("aria-label", entry.file.name);
  if (entry.bundle) fold(made);
  if (entry.card) entry.card.replaceWith(made);
  if (!made.isConnected) part.querySelector("[data-files]").append(made);
  made.entry = entry;
  entry.card = made;
}

// With many cards only the headings are expanded.
function fold(card) {
  const result = card.querySelector("[data-result]"), details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = submitPart().dataset.details;
  card.classList.add("folded");
  result.replaceWith(details);
  details.append(summary, result);
}

// ---- one file at a time
function inTurn(entry, work) {
  show(entry, "waiting", submitPart()?.dataset.waiting);
  queue = queue.then(() => atHand.includes(entry) && work(entry)).catch(() => show(entry, "failed", submitPart()?.dataset.offline));
  return queue;
}

async function checkFile(entry) {
  const answer = await send(entry, "/intake/check", {});
  if (answer) tellOf(entry, answer);
}

async function submitFile(entry) {
  const by = submitPart()?.querySelector("#by")?.value || "";
  const answer = await send(entry, "/intake/submit", { by, note: noteOf(entry)?.value || "" });
  if (answer) tellOf(entry, answer);
}

// Afterwards the card has its state `before`, and shows the message `said`.
async function takeMarked(entry, before, said) {
  const answer = await send(entry, "/intake/marked", {}, true);
  if (answer instanceof Blob) offer(answer, answer.fileName);
  else if (answer) flash(answer.said);
  if (answer) show(entry, before, said);
}

// What the report would change; the card keeps its state.
async function takePreview(entry, before, said) {
  const answer = await send(entry, "/intake/preview", {});
  if (!answer) return;
  entry.card.querySelector("[data-preview]").innerHTML = answer.html || "";
  if (answer.state === "failed") flash(answer.said);
  show(entry, before, said);
}

const noteOf = (entry) => entry.card.querySelector("[name=note]");

// The server's answer to a file: JSON, or the file that it returned. Undefined if the browser shows the reason.
async function send(entry, path, more, isFile) {
  const words = submitPart()?.dataset;
  if (!words) return null;
  if (entry.file.size > Number(words.limit)) return void refuse(entry, words.tooLarge);
  try {
    await entry.file.slice(0, 1).arrayBuffer();
  } catch {
    // Changed on disk since it was chosen: browsers refuse to read it until it is chosen again.
    return void refuse(entry, words.changed);
  }
  show(entry, "sending", words.sending);
  const answer = await post(entry, serverAddress(path), more, words);
  if (isFile && answer.status === 200) {
    answer.body.fileName = decodeURIComponent((answer.name || "").split("''")[1] || entry.file.name);
    return answer.body;
  }
  return JSON.parse(await answer.body.text());
}

function post(entry, address, more, words) {
  const bar = entry.card.querySelector("progress");
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "blob";
    request.setRequestHeader("X-Report", encodeURIComponent(entry.file.name.slice(-200)));
    for (const [name, value] of Object.entries(more)) request.setRequestHeader("X-" + name, encodeURIComponent(value));
    request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
    request.upload.onload = () => { bar.removeAttribute("value"); show(entry, "checking", words.checking); };
    request.onload = () => done({
      status: request.status, body: request.response, name: request.getResponseHeader("Content-Disposition"),
    });
    request.onerror = request.ontimeout = fail;
    request.timeout = 180000;
    request.send(entry.file);
  });
}

function refuse(entry, text) {
  show(entry, "failed", text);
  entry.card.querySelector("[data-do=choose]").focus();
}

// ---- content of the card
const BUSY = ["waiting", "sending", "checking"];

function show(entry, state, text) {
  entry.state = state;
  const card = entry.card, isBusy = BUSY.includes(state), bar = card.querySelector("progress");
  card.dataset.state = state;
  card.querySelector("[data-said]").textContent = text || "";
  bar.hidden = !isBusy;
  if (state === "sending") bar.value = 0;
  card.querySelector("[data-do=submit]").disabled = state !== "ready";
  card.querySelector("[data-do=marked]").hidden = !entry.canMark || state === "landed";
  card.querySelector("[data-do=preview]").hidden = !entry.canPreview || state === "landed";
  card.querySelectorAll("[data-do=submit], [data-do=choose]").forEach((button) => { button.hidden = state === "landed"; });
  card.querySelectorAll("[data-do=choose], [data-do=marked], [data-do=preview]").forEach((button) => { button.disabled = isBusy; });
  const part = submitPart();
  if (part) countReady(part);
}

function tellOf(entry, answer) {
  const place = entry.card.querySelector("[data-result]"), note = noteOf(entry)?.value;
  const hadFocus = entry.card.contains(document.activeElement) || document.activeElement === document.body;
  // If only a field was wrong, the result of the file stays.
  if (answer.html !== null) {
    entry.canMark = answer.canMark;
    entry.canPreview = answer.canPreview;
    entry.card.querySelector("[data-preview]").textContent = "";
    entry.whose = answer.whose;
    entry.content = answer.content;
    const summary = entry.bundle && entry.card.querySelector("details > summary");
    if (summary && answer.who) summary.textContent = answer.who;
    place.innerHTML = answer.html;
    if (note && noteOf(entry)) noteOf(entry).value = note;
  }
  show(entry, answer.state, answer.said);
  const wrong = Object.entries(answer.fields || {});
  wrong.forEach(([name, text]) => tellField(name === "by" ? submitPart() : entry.card, name, text));
  if (answer.state !== "landed") return;
  entry.card.querySelector("[data-do=drop]").textContent = submitPart()?.dataset.close || "";
  if (hadFocus) entry.card.querySelector("h3").focus();
  // The page's texts on this unit's report are reloaded when no more submissions are pending; the cards stay.
  if (!atHand.some((other) => BUSY.includes(other.state))) draw();
}

function tellField(place, name, text) {
  const error = place.querySelector(`.error[data-for="${name}"]`), field = place.querySelector(`[name="${name}"]`);
  if (error) error.textContent = text;
  field?.setAttribute("aria-invalid", text ? "true" : "false");
  if (text) field?.focus();
}

function countReady(part) {
  const ready = readyTogether();
  const all = part.querySelector("[data-do=submit-all]");
  part.querySelector("#results").hidden = !atHand.length && !bundles.length;
  countStandings(part);
  all.closest("p").hidden = ready.length < 2;
  all.querySelector("b").textContent = String(ready.length);
}

const readyTogether = () => atHand.filter((entry) => entry.state === "ready" && !rivalOf(entry));

// Required fields before a file is sent; the first empty field gets the focus.
function isFilled(entry) {
  const part = submitPart(), by = part.querySelector("#by"), note = noteOf(entry);
  if (note && !note.value.trim()) note.closest("details")?.setAttribute("open", "");
  tellField(part, "by", by.value.trim() ? "" : part.dataset.required);
  if (note) tellField(entry.card, "note", note.value.trim() ? "" : part.dataset.required);
  write("by", by.value);
  return by.value.trim() && (!note || note.value.trim());
}

// All files that are ready; if a note is missing the others are sent, and the first field to fill is shown.
function submitTogether() {
  const unfilled = [];
  for (const entry of readyTogether()) {
    if (isFilled(entry)) inTurn(entry, submitFile);
    else unfilled.push(entry);
  }
  if (unfilled.length) isFilled(unfilled[0]);
}

function dropFile(entry) {
  atHand.splice(atHand.indexOf(entry), 1);
  entry.card.remove();
}

// ---- user actions
function onSubmitClick(event) {
  const button = event.target.closest?.(".kpi [data-do]"), entry = button?.closest("[data-file]")?.entry;
  if (!button) return;
  const part = submitPart(), deed = button.dataset.do;
  if (deed === "submit-all") {
    submitTogether();
  } else if (deed === "note-all") {
    noteForAll(part);
  } else if (deed === "drop-bundle") {
    forgetBundle(bundles.find((one) => one.card.contains(button)));
    countReady(part);
    part.querySelector("input[type=file]").focus();
  } else if (deed === "choose") {
    replaced = entry;
    part.querySelector("input[type=file]").click();
  } else if (deed === "marked" || deed === "preview") {
    const before = entry.state, said = entry.card.querySelector("[data-said]").textContent;
    const take = deed === "marked" ? takeMarked : takePreview;
    inTurn(entry, () => take(entry, before, said));
  } else if (deed === "submit" && isFilled(entry)) inTurn(entry, submitFile);
  else if (deed === "drop") {
    dropFile(entry);
    countReady(part);
    part.querySelector("input[type=file]").focus();
  }
}

function onFilesChosen(event) {
  if (!event.target.matches?.(".kpi [data-submit] input[type=file]")) return;
  takeFiles([...event.target.files]);
  // The same file may be chosen again after it was corrected.
  event.target.value = "";
}

function onDrag(event) {
  const zone = submitPart()?.querySelector(".drop");
  if (!zone || ![...(event.dataTransfer?.types || [])].includes("Files")) return;
  // A file may be dropped anywhere on this page: a browser would otherwise leave the page to show it.
  event.preventDefault();
  zone.toggleAttribute("data-over", event.type === "dragover");
  if (event.type === "drop") { replaced = undefined; takeFiles([...event.dataTransfer.files]); }
}

document.addEventListener("click", onSubmitClick);
document.addEventListener("change", onFilesChosen);
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, onDrag);
document.addEventListener("cancel", () => { replaced = undefined; }, true);

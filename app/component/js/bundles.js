// Zip files with many reports: the server lists their content, the browser extracts each report and treats it like a
// separately chosen file, so that each is checked, corrected and submitted separately.
//   [data-bundles]  the part above the cards: content of each zip, number of reports by state, a note for many
//   template[data-bundle-card]  one zip: [data-name], [data-said], [data-left-out] with the files not accepted

const bundles = [];

const isBundleLike = (file) => file.name.toLowerCase().endsWith(".zip");

function takeBundle(file) {
  const made = submitPart().querySelector("template[data-bundle-card]").content.firstElementChild.cloneNode(true);
  made.querySelector("[data-name]").textContent = file.name;
  const bundle = { file, card: made };
  bundles.push(bundle);
  placeBundle(bundle);
  queue = queue.then(() => openBundle(bundle)).catch(() => sayOfBundle(bundle, "failed", submitPart()?.dataset.offline));
}

function placeBundle(bundle) {
  submitPart()?.querySelector("[data-bundles] .bundles").append(bundle.card);
  countReady(submitPart());
}

function sayOfBundle(bundle, state, text) {
  bundle.card.dataset.state = state;
  bundle.card.querySelector("[data-said]").textContent = text || "";
}

async function openBundle(bundle) {
  const words = submitPart()?.dataset, { file } = bundle;
  if (!words || !bundles.includes(bundle)) return;
  if (file.size > Number(words.bundleLimit)) return void sayOfBundle(bundle, "failed", words.bundleTooLarge);
  sayOfBundle(bundle, "opening", words.opening);
  const answer = await fetch(serverAddress("/intake/unpack"), {
    method: "POST", body: file, headers: { "X-Report": encodeURIComponent(file.name.slice(-200)) },
  });
  const told = await answer.json();
  if (told.state === "report") {
    forgetBundle(bundle);
    return void takeReport(file);
  }
  if (told.state !== "bundle") return void sayOfBundle(bundle, "failed", told.said);
  if (!window.DecompressionStream && told.files.some((one) => one.isDeflated)) {
    return void sayOfBundle(bundle, "failed", words.cannotUnpack);
  }
  sayOfBundle(bundle, "opened", told.said);
  tellLeftOut(bundle, told.leftOut);
  for (const one of told.files) takeReport(await cutOut(file, one), bundle, one.path);
  queue = queue.then(() => putInOrder(bundle));
}

async function cutOut(file, one) {
  const packed = file.slice(one.start, one.start + one.size), name = one.path.split("/").pop();
  if (!one.isDeflated) return new File([packed], name);
  const stream = packed.stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new File([await new Response(stream).blob()], name);
}

function tellLeftOut(bundle, files) {
  const place = bundle.card.querySelector("[data-left-out]");
  place.hidden = !files.length;
  place.querySelector("ul").replaceChildren(...files.map(({ path, why }) => {
    const line = document.createElement("li");
    line.textContent = `${path}: ${why}`;
    return line;
  }));
}

function forgetBundle(bundle) {
  bundles.splice(bundles.indexOf(bundle), 1);
  bundle.card.remove();
  for (const entry of atHand.filter((one) => one.bundle === bundle && one.state !== "landed")) dropFile(entry);
}

// ---- reports of one reporter and quarter
// Only the sender knows which of two different reports is correct: neither is submitted with the others.
const rivalOf = (entry) => entry.bundle && entry.whose && isOpen(entry) ? atHand.find((other) =>
  other !== entry && other.bundle === entry.bundle && other.whose === entry.whose && other.content !== entry.content
  && (isOpen(other) || other.state === "landed" || other.state === "known")) : undefined;
const isOpen = (entry) => entry.state === "ready" || entry.state === "waiting" || entry.state === "sending";

function tellRivals() {
  const words = submitPart()?.dataset;
  for (const entry of words ? atHand : []) {
    const rival = rivalOf(entry), line = entry.card.querySelector("[data-rival]");
    line.hidden = !rival;
    line.textContent = rival ? words.rival.replace("{other}", rival.path) : "";
  }
}

// ---- many at once
// Reports that need attention first, then those that are ready, then those that are done.
const PLACES = ["failed", "refused", "note", "rival", "ready", "known", "landed"];
const standing = (entry) => entry.state !== "ready" ? entry.state
  : rivalOf(entry) ? "rival" : noteOf(entry) && !noteOf(entry).value.trim() ? "note" : "ready";

function putInOrder(bundle) {
  const place = submitPart()?.querySelector("[data-files]");
  if (!place) return;
  const own = atHand.filter((entry) => entry.bundle === bundle);
  own.sort((one, other) => PLACES.indexOf(standing(one)) - PLACES.indexOf(standing(other)));
  place.append(...own.map((entry) => entry.card));
}

function countStandings(part) {
  const place = part.querySelector("[data-bundles]"), words = part.dataset;
  place.hidden = !bundles.length;
  if (place.hidden) return;
  tellRivals();
  const counts = {};
  for (const entry of atHand) {
    const state = BUSY.includes(entry.state) ? "busy" : standing(entry);
    counts[state] = (counts[state] || 0) + 1;
  }
  const texts = ["busy", ...PLACES].filter((state) => counts[state])
    .map((state) => JSON.parse(words.standings)[state].replace("{count}", counts[state]));
  place.querySelector("[data-standings]").textContent = texts.join(" · ");
  place.querySelector("[data-many]").hidden = !counts.note;
  place.querySelector("[data-do=note-all] b").textContent = counts.note || 0;
}

function noteForAll(part) {
  const note = part.querySelector("#note-all").value.trim();
  tellField(part.querySelector("[data-bundles]"), "note-all", note ? "" : part.dataset.required);
  for (const entry of note ? atHand.filter((one) => standing(one) === "note") : []) noteOf(entry).value = note;
  countReady(part);
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.(".kpi [data-file] [name=note]")) countReady(submitPart());
});

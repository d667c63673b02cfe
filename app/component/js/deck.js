// The review: `.deck` contains all `.slide`; one is shown, and its number is in the address as `slide=`.
//   .slide[data-key=letter]  a key that leads to the slide;  .slide[data-topic=code]  the topic that it is about
//   .deck[data-steps]  the step with a topic that each key takes;  [data-clock]  minutes of the meeting, at "#"
//   .deck[data-meeting]  period and version;  [data-newer]  what a meeting is told that goes on with another version
//   [data-turn=±1]  a button that turns;  `auto=20` in the address turns every 20 s, from the last back to the first.
// Turning needs no server, so it continues without a connection.

const SHORTEST_AUTO_S = 3, SWIPE_PX = 50, MINUTE_MS = 60_000, LONGEST_MEETING_MS = 180 * MINUTE_MS;
let deckTimer, clockTimer, shownSlide, steppedRow, shownMeeting, newerFigures;

function prepareDeck(root) {
  const deck = root.querySelector(".deck");
  clearInterval(deckTimer);
  if (!deck) { shownSlide = shownMeeting = undefined; return; }
  noteVersion(deck);
  // After a form was submitted the deck is rendered again, perhaps with more slides: the same slide stays visible.
  const all = slidesOf(deck), same = all.findIndex((slide) => slide.dataset.slide === shownSlide);
  showSlide(deck, same >= 0 ? same : askedSlide(all.length));
  prepareDialogs(deck);
  // The row that was moved stays selected.
  if (steppedRow) shownOf(deck).querySelector(`tr[data-of="${CSS.escape(steppedRow)}"]`)?.focus();
  steppedRow = undefined;
  startAuto(deck);
}

// A report that was accepted during the meeting changes figures between two slides: the room is told.
function noteVersion({ dataset }) {
  const before = shownMeeting;
  // An earlier meeting is opened on purpose.
  shownMeeting = dataset.past ? undefined : dataset.meeting;
  const [period, version] = (shownMeeting ?? "").split(" "), [periodBefore, versionBefore] = (before ?? "").split(" ");
  newerFigures = period && period === periodBefore && version !== versionBefore ? dataset.newer : "";
}

function takeNewerFigures() {
  const told = newerFigures || "";
  newerFigures = "";
  return told;
}

const slidesOf = (deck) => [...deck.querySelectorAll(".slide")];
const placeOf = (deck) => slidesOf(deck).findIndex((slide) => !slide.hidden);

function showSlide(deck, place) {
  const all = slidesOf(deck), goal = Math.max(0, Math.min(all.length - 1, place));
  showOnlySlide(all, goal);
  shownSlide = all[goal].dataset.slide;
  runClock(deck, goal);
  deck.scrollTop = 0;
  const url = new URL(location.href);
  url.searchParams.set("slide", String(goal + 1));
  history.replaceState(history.state, "", url.pathname + url.search);
  deck.querySelectorAll("a[data-keep-slide]").forEach((link) => {
    const href = new URL(link.href);
    href.searchParams.set("slide", String(goal + 1));
    link.setAttribute("href", href.pathname + href.search);
  });
  const said = deck.querySelector("[data-said]");
  if (said) said.textContent = all[goal].querySelector("h1").textContent;
}

function turn(deck, steps) {
  deck.removeAttribute("data-black");
  showSlide(deck, placeOf(deck) + steps);
}

// Keys that lead to a slide: the topics, one of them by its number, the decisions to be read back.
function leadTo(deck, key) {
  const place = slidesOf(deck).findIndex((slide) => slide.dataset.key === key);
  if (place >= 0) turn(deck, place - placeOf(deck));
  return place >= 0;
}

// Moves or drops the topic of the slide, or of the selected row. The buttons are submitted one after the other.
function takeStep(deck, key) {
  const step = JSON.parse(deck.dataset.steps || "{}")[key], [selected] = (meant(deck)?.dataset.of ?? "").split(",");
  const code = shownOf(deck).dataset.topic ?? selected;
  const button = step && deck.querySelector(`button[name="step"][value="${step} ${CSS.escape(code)}"]`);
  if (button && !button.disabled) { steppedRow = meant(deck)?.dataset.of; button.form.requestSubmit(button); }
  return Boolean(button);
}

// How long the meeting has lasted since it left its first slide, without a sound or a colour. Kept while the tab is
// open, so that neither another language nor a reload begins it anew.
function runClock(deck, place) {
  const clocks = deck.querySelectorAll("[data-clock]"), key = `meeting ${deck.dataset.meeting.split(" ")[0]}`;
  let since;
  try {
    since = Number(sessionStorage.getItem(key));
    if (place > 0 && !(Date.now() - since < LONGEST_MEETING_MS)) sessionStorage.setItem(key, String(since = Date.now()));
  } catch { return; /* a browser may refuse to store */ }
  clearTimeout(clockTimer);
  if (!(Date.now() - since < LONGEST_MEETING_MS)) return;
  const passed = Date.now() - since;
  for (const clock of clocks) clock.textContent = clock.dataset.clock.replace("#", Math.floor(passed / MINUTE_MS));
  clockTimer = setTimeout(() => { if (deck.isConnected) runClock(deck, place); }, MINUTE_MS - passed % MINUTE_MS);
}

function startAuto(deck) {
  const seconds = Number.parseFloat(new URL(location.href).searchParams.get("auto") || "");
  if (!(seconds >= SHORTEST_AUTO_S)) return;
  deckTimer = setInterval(() => {
    if (deck.hasAttribute("data-black") || openDialog(deck) || isTyping(document.activeElement)) return;
    showSlide(deck, (placeOf(deck) + 1) % slidesOf(deck).length);
  }, seconds * 1000);
}

const isTyping = (element) => Boolean(element?.closest?.("input, select, textarea, [contenteditable]"));

// Keys of keyboards and of presenters' clickers (PageUp, PageDown, B, full stop).
const TURNS = {
  ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, Enter: 1, n: 1,
  ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1, p: -1, Home: -9999, End: 9999,
};

function onDeckKey(event) {
  const deck = document.querySelector(".kpi .deck");
  if (!deck || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key, at = document.activeElement;
  const dialog = openDialog(deck);
  if (dialog) return onDialogKey(deck, dialog, event, key);
  if (isTyping(at)) { if (key === "Escape") at.blur(); return; }
  if ((key === " " || key === "Enter") && at?.closest?.("a, button, summary")) return;
  if (key === "Tab" && !event.shiftKey && at === document.body) { if (enterSlide(deck)) event.preventDefault(); }
  else if (event.shiftKey && key in FIGURE_STEPS) { event.preventDefault(); stepToFigure(deck, FIGURE_STEPS[key]); }
  else if (key === "g") { event.preventDefault(); openDecision(deck); }
  else if (key === "l" || (key === "Enter" && at?.closest?.("[data-of]"))) {
    event.preventDefault();
    openLedger(deck, meant(deck) ?? shownOf(deck).querySelector("[data-of]"));
  }
  else if (leadTo(deck, key) || takeStep(deck, key)) event.preventDefault();
  else if (key === "f") { event.preventDefault(); toggleFullScreen(); }
  else if (key === "b" || key === ".") deck.toggleAttribute("data-black");
  else if (key === "Escape") deck.removeAttribute("data-black");
  else if (key in TURNS) {
    event.preventDefault();
    turn(deck, key === " " && event.shiftKey ? -1 : TURNS[key]);
  }
}

function onDeckClick(event) {
  const { target } = event, deck = target.closest?.(".kpi .deck"), button = target.closest?.("[data-turn]");
  if (!deck) return;
  if (button) turn(deck, Number(button.dataset.turn));
  else if (deck.hasAttribute("data-black")) deck.removeAttribute("data-black");
  else if (target.matches("dialog[open]")) closeDialog(target);
  else if (target.closest("[data-decide]")) openDecision(deck);
  else if (target.closest("[data-of]")) openLedger(deck, target.closest("[data-of]"));
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => { /* a browser may refuse */ });
}

let touched = null;

function onDeckTouch(event) {
  const deck = event.target.closest?.(".kpi .deck"), touch = event.changedTouches[0];
  if (!deck) return;
  if (event.type === "touchstart") { touched = event.touches.length === 1 ? [touch.clientX, touch.clientY] : null; return; }
  if (!touched) return;
  const across = touch.clientX - touched[0], down = touch.clientY - touched[1];
  touched = null;
  if (event.target.closest(".matrix, .rows") && innerWidth <= 760) return;
  if (Math.abs(across) > SWIPE_PX && Math.abs(across) > 2 * Math.abs(down)) turn(deck, across < 0 ? 1 : -1);
}

// Registered before all other listeners, so that no other handler receives the slides' keys and clicks.
window.addEventListener("keydown", onDeckKey, true);
window.addEventListener("click", onDeckClick, true);
for (const name of ["touchstart", "touchend"]) window.addEventListener(name, onDeckTouch, { passive: true, capture: true });

// Runs in every page before its own scripts. Tells, on the page's own clock (ms), when an address is all drawn.
// Seen by observing the document, not by asking it again and again; the moment is after the frame that paints it.

const TIMEOUT_MS = 30000;
const MOMENT_MS = 200;
const DISTRICTS = 22, TARGETS = 18;

const count = (selector) => document.querySelectorAll(selector).length;
const asked = (name) => new URL(location.href).searchParams.get(name);

// The quarter's choice carries the address that its page was drawn for.
function isDrawnForThisAddress() {
  const choice = document.querySelector(".kpi #period");
  if (!choice) return false;
  const drawn = new URL(choice.value, location.href);
  const wanted = new URL(location.href);
  return drawn.pathname === wanted.pathname
    && [...wanted.searchParams].every(([name, value]) => drawn.searchParams.get(name) === value);
}

// Parts beside the page's main part are drawn on their own: their links tell which quarter they show.
const inPeriod = (list) => count(`${list} a[href*="period=${asked("period") ?? ""}"]`);

// What makes a page whole. `plotChanged`: whether the Plotly figure's lines have been drawn since the action began.
const WHOLE = {
  "/": () => isDrawnForThisAddress() && count(".kpi table.grid tbody td") >= DISTRICTS * TARGETS,
  "/district": () => isDrawnForThisAddress() && count("#profile li") >= TARGETS && count("#wards td") > 0
    && count("#reports td") > 0,
  // Districts to which a target does not apply share one line of the ranking and have no course.
  "/target": (plotChanged) => isDrawnForThisAddress() && plotChanged && inPeriod("#ranking") > 0
    && inPeriod(".multiples") > 0 && inPeriod(".tilemap") >= DISTRICTS,
};

function isBlankDrawn() {
  const text = document.querySelector('[data-testid="stMarkdown"]')?.textContent.trim() ?? "";
  if (!text.startsWith("blank")) return false;
  const page = location.pathname === "/" ? "first" : "second";
  return text === ["blank", page, ...["period", "window", "lang"].map((name) => asked(name) ?? "-")].join(" ");
}

const isPlot = (record) => record.target.closest?.(".js-plotly-plot .scatterlayer");
// A page that is one piece is whole when that piece is drawn for this address. The slides have no quarter's choice.
const isOnePieceDrawn = () => isDrawnForThisAddress() || location.pathname === "/review" && count(".kpi .deck .slide") > 0;
const isWhole = (plotChanged) => isBlankDrawn()
  || Boolean(WHOLE[location.pathname] ? WHOLE[location.pathname](plotChanged) : isOnePieceDrawn());

function whenDrawn() {
  return new Promise((resolve, reject) => {
    let plotChanged = false;
    const observer = new MutationObserver((records) => {
      plotChanged ||= records.some(isPlot);
      if (!isWhole(plotChanged)) return;
      observer.disconnect();
      clearTimeout(timeout);
      painted(resolve);
    });
    const timeout = setTimeout(() => {
      observer.disconnect();
      reject(new Error(`not drawn after ${TIMEOUT_MS} ms: ${location.href}`));
    }, TIMEOUT_MS);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}

// People act on a page at rest and a moment later, not in the same millisecond in which it was drawn. The moment
// matters: a blank app's rerun takes some 20 ms then, and 65 ms when it follows the one before at once.
function atRest() {
  const isResting = () => document.querySelector('[data-test-script-state="notRunning"]');
  return new Promise((resolve) => {
    const rest = () => setTimeout(() => requestIdleCallback(() => resolve()), MOMENT_MS);
    if (isResting()) return rest();
    const observer = new MutationObserver(() => {
      if (!isResting()) return;
      observer.disconnect();
      rest();
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
}

const timed = (action) => timedUntil(whenDrawn, action);

function painted(resolve) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now());
    channel.port2.postMessage(null);
  });
}

const slideTurned = () => new Promise((resolve) => {
  const observer = new MutationObserver(() => { observer.disconnect(); painted(resolve); });
  observer.observe(document.querySelector(".kpi .deck"), { subtree: true, attributes: true, attributeFilter: ["hidden"] });
});

async function timedUntil(happened, action) {
  await atRest();
  const done = happened(), began = performance.now();
  action();
  return (await done) - began;
}

window.bench = {
  // From the start of the navigation to all drawn.
  loaded: whenDrawn(),
  // From a click to all redrawn.
  click: (selector) => timed(() => document.querySelector(selector).click()),
  // From a key to the next slide painted.
  turn: (key) => timedUntil(slideTurned, () => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))),
  // The same for a page without links: what a click on one of the app's links does.
  go: (href) => timed(() => {
    history.pushState({}, "", href);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  }),
};
window.bench.loaded.catch(() => undefined);

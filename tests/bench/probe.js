// Runs in every page before its own scripts. Tells, on the page's own clock (ms), when an address is all drawn.
// Seen by observing the document, not by asking it again and again; the moment is after the frame that paints it.

const TIMEOUT_MS = 30000;
const MOMENT_MS = 200;
const DISTRICTS = 22, TARGETS = 18;
// Besides changes of the document: the parser's end, and a style sheet's arrival.
const SIGNS = ["readystatechange", "load"];

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

const inPeriod = (list) => count(`${list} a[href*="period=${asked("period") ?? ""}"]`);

// What a page must show besides; the slides have no quarter's choice. Pictures are part of the page's HTML.
const SHOWN = {
  "/": () => count(".kpi table.grid tbody td") >= DISTRICTS * TARGETS,
  "/district": () => count("#profile li") >= TARGETS && count("#wards td") > 0 && count("#reports td") > 0,
  // Districts to which a target does not apply share one line of the ranking and have no course.
  "/target": () => inPeriod("#ranking") > 0 && inPeriod(".multiples") > 0 && inPeriod(".tilemap") >= DISTRICTS
    && count("figure.trend .plot .line") > 0,
  "/compare": () => count("#sides svg") > 0,
  "/review": () => count(".kpi .deck .slide") > 0,
};

const isShown = () => !SHOWN[location.pathname] || SHOWN[location.pathname]();
const isForThisAddress = () => location.pathname === "/review" || isDrawnForThisAddress();
// While a document arrives, its first parts are there before the last, and before its style sheet.
const isParsed = () => document.readyState !== "loading";
const isStyled = () => [...document.querySelectorAll('link[rel="stylesheet"][href*="/assets/"]')].every((link) => link.sheet);

function isBlankDrawn() {
  const text = document.querySelector('[data-testid="stMarkdown"]')?.textContent.trim() ?? "";
  if (!text.startsWith("blank")) return false;
  const page = location.pathname === "/" ? "first" : "second";
  return text === ["blank", page, ...["period", "window", "lang"].map((name) => asked(name) ?? "-")].join(" ");
}

const isWhole = () => isBlankDrawn() || isParsed() && isForThisAddress() && isShown() && isStyled();

// Whether Streamlit has answered: the app says so itself, the blank has no more to say.
const isStill = () => count("[data-test-script-state]") === count('[data-test-script-state="notRunning"]');
const isLive = () => count("html[data-live]") > 0 || isBlankDrawn() && isStill();

// The moment from which something holds; refused when it does not come.
function when(holds, what) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      observer.disconnect();
      clearTimeout(timeout);
      SIGNS.forEach((sign) => document.removeEventListener(sign, check, true));
    };
    const check = () => {
      if (!holds()) return;
      stop();
      resolve(performance.now());
    };
    const observer = new MutationObserver(check);
    const timeout = setTimeout(() => {
      stop();
      reject(new Error(`not ${what} after ${TIMEOUT_MS} ms: ${location.href}`));
    }, TIMEOUT_MS);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    SIGNS.forEach((sign) => document.addEventListener(sign, check, true));
    check();
  });
}

// The moment after the next frame.
const painted = () => new Promise((resolve) => {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now());
    channel.port2.postMessage(null);
  });
});

const whenDrawn = () => when(isWhole, "drawn").then(painted);

// The address moves on before the page does.
function whenDrawnElsewhere() {
  const before = location.href;
  return when(() => location.href !== before && isWhole(), "drawn").then(painted);
}

const slideTurned = () => new Promise((resolve) => {
  const observer = new MutationObserver(() => { observer.disconnect(); resolve(painted()); });
  observer.observe(document.querySelector(".kpi .deck"), { subtree: true, attributes: true, attributeFilter: ["hidden"] });
});

// People act on a page at rest and a moment later, not in the same millisecond in which it was drawn. The moment
// matters: a blank app's rerun takes some 20 ms then, and 65 ms when it follows the one before at once.
const moment = () => new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve), MOMENT_MS));

async function timed(happened, action) {
  const done = happened(), began = performance.now();
  action();
  return (await done) - began;
}

async function timedAtRest(happened, action) {
  await when(() => isLive() && isStill(), "live");
  await moment();
  return timed(happened, action);
}

window.bench = {
  // From the start of the navigation to all drawn, and until Streamlit has answered.
  loaded: whenDrawn(),
  live: when(isLive, "live"),
  // From a click to all redrawn.
  click: (selector) => timedAtRest(whenDrawnElsewhere, () => document.querySelector(selector).click()),
  // From a key to the next slide painted.
  turn: (key) => timedAtRest(slideTurned, () => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))),
  // The same for a page without links: what a click on one of the app's links does.
  go: (href) => timedAtRest(whenDrawnElsewhere, () => {
    history.pushState({}, "", href);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  }),
  // What a browser needs at least: from putting finished HTML in place of the page's own to the frame that paints it.
  put: (html) => moment().then(() => timed(painted, () => { document.querySelector("#page").innerHTML = html; })),
};
window.bench.loaded.catch(() => undefined);
window.bench.live.catch(() => undefined);

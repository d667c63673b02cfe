// Runs in every page before its own scripts and reports, on the page's own clock (ms), when an address is rendered.
// It observes the document in place of polling it; the moment is after the frame that paints it.

const TIMEOUT_MS = 30000;
const MOMENT_MS = 200;
// Targets without a threshold are folded in the grid.
const DISTRICTS = 22, TARGETS = 18, GRID_TARGETS = 14;
// Besides changes of the document: the parser's end, and a style sheet's arrival.
const SIGNS = ["readystatechange", "load"];

const count = (selector) => document.querySelectorAll(selector).length;
const requested = (name) => new URL(location.href).searchParams.get(name);
const page = () => document.getElementById("page");

// The state that the page was rendered for is the address's.
function isForThisAddress() {
  const { page: name, own, ...shared } = JSON.parse(page().dataset.state);
  return location.pathname === "/" + name
    && Object.entries({ ...own, ...shared }).every(([key, value]) => (requested(key) ?? value) === value);
}

const inPeriod = (list) => count(`${list} a[href*="period=${requested("period") ?? ""}"]`);

// What a page must show besides its heading. Charts are part of the page's HTML.
const SHOWN = {
  "/": () => count("#page table.grid tbody td") >= DISTRICTS * GRID_TARGETS,
  "/district": () => count("#profile li") >= TARGETS && count("#wards td") > 0 && count("#reports td") > 0,
  // Districts to which a target does not apply share one line of the ranking and have no series.
  "/target": () => inPeriod("#ranking") > 0 && inPeriod(".multiples") > 0 && inPeriod(".tilemap") >= DISTRICTS
    && count("figure.trend .plot .line") > 0,
  "/compare": () => count("#sides svg") > 0,
  "/review": () => count("#page .deck .slide") > 0,
};

const isShown = () => count("#page h1") > 0 && (!SHOWN[location.pathname] || SHOWN[location.pathname]());
// While a document arrives, its first parts are there before the last, and before its style sheet.
const isParsed = () => document.readyState !== "loading";
// A page's rules come in its head; the sheet of all pages is linked when the page moves on.
const isStyled = () => [...document.querySelectorAll('style, link[rel="stylesheet"][href*="/assets/"]')].every((one) => one.sheet);
const isReadingPageRendered = () => isParsed() && !page().ariaBusy && isForThisAddress() && isShown() && isStyled();

// Streamlit's own pages: the blank app, whose text names its address, and the table of the exploring page.
const isStill = () => count("[data-test-script-state]") === count('[data-test-script-state="notRunning"]');

function isBlankRendered() {
  const text = document.querySelector('[data-testid="stMarkdown"]')?.textContent.trim() ?? "";
  const name = location.pathname === "/" ? "first" : "second";
  return text === ["blank", name, ...["period", "window", "lang"].map((key) => requested(key) ?? "-")].join(" ");
}

const PLOT = ".js-plotly-plot .main-svg";
// Pages that are measured with a chart.
const CHARTED = ["/explore/pivot", "/explore/relations"];
const arePlotsRendered = () => !CHARTED.includes(location.pathname) || count(PLOT) > 0;
const isTableRendered = () => isStill() && count('[data-testid="stDataFrame"] canvas') > 0 && arePlotsRendered();
// The title of a blank app's chart is the period that it was drawn for.
const isChartRendered = () => !requested("chart")
  || (count(PLOT) > 0 && document.querySelector(".js-plotly-plot .gtitle")?.textContent === requested("period"));
const isStreamlitPageRendered = () => location.pathname.startsWith("/explore")
  ? isTableRendered() : isBlankRendered() && isChartRendered();

const isRendered = () => page() ? isReadingPageRendered() : isStreamlitPageRendered();
// It responds to its reader: the page's script has run and fetches nothing, or Streamlit's script has ended.
const isReady = () => page() ? page().hasAttribute("data-begun") && !page().ariaBusy : isStreamlitPageRendered() && isStill();

// The moment from which something holds; rejected when it does not come.
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

const whenRendered = () => when(isRendered, "rendered").then(painted);

// The address moves on before the page does.
function whenRenderedElsewhere() {
  const before = location.href;
  return when(() => location.href !== before && isRendered(), "rendered").then(painted);
}

const slideTurned = () => new Promise((resolve) => {
  const observer = new MutationObserver(() => { observer.disconnect(); resolve(painted()); });
  observer.observe(document.querySelector("#page .deck"), { subtree: true, attributes: true, attributeFilter: ["hidden"] });
});

// People act on a page at rest and a moment later, not in the same millisecond in which it was rendered. The moment
// matters: a blank app's rerun takes some 20 ms then, and 65 ms when it follows the one before at once.
const moment = () => new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve), MOMENT_MS));

async function timed(happened, action) {
  const done = happened(), began = performance.now();
  action();
  return (await done) - began;
}

async function timedAtRest(happened, action) {
  await when(isReady, "ready");
  await moment();
  return timed(happened, action);
}

window.bench = {
  // From the start of the navigation until it is rendered, and until it responds.
  rendered: whenRendered(),
  ready: when(isReady, "ready"),
  // From a click until the new address is rendered.
  click: (selector) => timedAtRest(whenRenderedElsewhere, () => document.querySelector(selector).click()),
  // From a key until the next slide is painted.
  turn: (key) => timedAtRest(slideTurned, () => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))),
  // The blank app has no links: the address changes as a browser's button changes it.
  go: (href) => timedAtRest(whenRenderedElsewhere, () => {
    history.pushState({}, "", href);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  }),
  // The least that a browser needs: from putting finished HTML in place of the page's own to the frame that paints it.
  put: (html) => moment().then(() => timed(painted, () => { page().innerHTML = html; })),
};
window.bench.rendered.catch(() => undefined);
window.bench.ready.catch(() => undefined);

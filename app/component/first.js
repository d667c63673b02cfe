// Embedded after the page and run before it is painted: settings of this browser that the server does not know.
// Its functions are also used by the page's script.

function read(key) {
  try { return localStorage.getItem("kpi-" + key); } catch { return null; }
}

function applyTheme() {
  const wanted = read("theme") || (matchMedia("(prefers-contrast: more)").matches ? "contrast" : "light");
  document.documentElement.dataset.theme = wanted;
  document.querySelectorAll("[data-theme-toggle]").forEach((button) => {
    button.setAttribute("aria-pressed", String(wanted === "contrast"));
  });
}

// The slide named in the address, of `count` slides.
function askedSlide(count) {
  const asked = Number.parseInt(new URLSearchParams(location.search).get("slide") || "1", 10) || 1;
  return Math.max(0, Math.min(count, asked) - 1);
}

function showOnlySlide(slides, place) {
  slides.forEach((slide, number) => { slide.hidden = number !== place; });
}

// On a phone the long parts of a page are collapsed initially.
function foldParts(root) {
  if (!matchMedia("screen and (max-width: 40em)").matches) return;
  for (const way of root.querySelectorAll(".jumps [data-folds]")) {
    const part = root.querySelector(way.getAttribute("href")), heading = part?.querySelector("h2");
    if (!heading || part.querySelector(":scope > .folded")) continue;
    const details = document.createElement("details"), summary = document.createElement("summary");
    details.className = "folded";
    details.append(summary, ...part.childNodes);
    summary.append(heading);
    part.append(details);
  }
}

function prepareFirst(root) {
  const slides = [...root.querySelectorAll(".deck .slide")];
  applyTheme();
  foldParts(root);
  showOnlySlide(slides, askedSlide(slides.length));
}

// Some work may wait for the frame that the reader waits for.
function whenIdle(work) {
  (window.requestIdleCallback ?? setTimeout)(work);
}

// Rows of a grid that are certainly below the first screen are laid out after the first frame: of a grid of communes
// they are most of its work. A place to return to, or a part that the address names, depends on them.
const LEAST_HEAD_PX = 150, LEAST_ROW_PX = 24;

function postponeRows(root) {
  // The height of the window is not known before the layout.
  const shown = Math.ceil((screen.height - LEAST_HEAD_PX) / LEAST_ROW_PX);
  const rows = [...root.querySelectorAll(".grid tbody tr")].slice(shown);
  if (!rows.length || location.hash || history.state?.top) return;
  const { style } = rows[0].closest(".scroll");
  style.paddingBottom = `${rows.length * LEAST_ROW_PX}px`;
  for (const row of rows) row.hidden = true;
  const layOut = () => {
    for (const row of rows) row.hidden = false;
    style.paddingBottom = "";
  };
  requestAnimationFrame(() => whenIdle(layOut));
  addEventListener("beforeprint", layOut);
}

// Fonts that are not loaded at first paint are left for the next page: a change of fonts would move the text, and the
// browser would apply them when the style sheet of all pages loads. Cached fonts take some 10 ms.
// A slide is designed for its own fonts: it waits for them.
const LETTERS_MS = 40;

function keepLetters() {
  const { sheet } = document.querySelector("style");
  const faces = [...document.fonts].filter((face) => face.display === "optional"); // not those of the device
  if (document.querySelector(".deck")) return;
  const leave = setTimeout(() => {
    if (faces.every((face) => face.status === "loaded")) return;
    while (sheet?.cssRules[0] instanceof CSSFontFaceRule) sheet.deleteRule(0);
  }, LETTERS_MS);
  Promise.all(faces.map((face) => face.load())).then(() => clearTimeout(leave), () => { /* left for the next page */ });
}

keepLetters();
prepareFirst(document.getElementById("page"));
postponeRows(document.getElementById("page"));

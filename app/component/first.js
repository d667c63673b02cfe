// Stands in the document below the page and runs before it is painted: what the server cannot know of this reader.
// Its functions are the page's script's too.

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

function showHint(root) {
  const hint = root.querySelector("[data-hint]");
  if (hint) hint.hidden = read("hint-" + hint.dataset.hint) === "read";
}

// The slide that the address names, of so many.
function askedSlide(count) {
  const asked = Number.parseInt(new URLSearchParams(location.search).get("slide") || "1", 10) || 1;
  return Math.max(0, Math.min(count, asked) - 1);
}

function showOnlySlide(slides, place) {
  slides.forEach((slide, number) => { slide.hidden = number !== place; });
}

// On a phone the long parts of a page are shut until they are asked for.
function foldParts(root) {
  if (!matchMedia("screen and (max-width: 640px)").matches) return;
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
  showHint(root);
  showOnlySlide(slides, askedSlide(slides.length));
}

// Fonts that are not here when the page is first painted are left for the next page: letters that change while they are
// read make it jump, and the browser would change them whenever another style sheet comes. Kept ones take some 10 ms.
// A slide is made for its own letters: it waits for them.
const LETTERS_MS = 40;

function keepLetters() {
  const { sheet } = document.querySelector("link[rel=stylesheet]"), faces = [...document.fonts];
  if (document.querySelector(".deck")) return;
  const leave = setTimeout(() => {
    if (faces.every((face) => face.status === "loaded")) return;
    while (sheet?.cssRules[0] instanceof CSSFontFaceRule) sheet.deleteRule(0);
  }, LETTERS_MS);
  Promise.all(faces.map((face) => face.load())).then(() => clearTimeout(leave), () => { /* left for the next page */ });
}

keepLetters();
prepareFirst(document.getElementById("page"));

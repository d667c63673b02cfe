// The next page, put in the place of this one.

let turns = 0;

function focusHead() {
  const title = [...page.querySelectorAll("h1")].find((one) => one.checkVisibility());
  if (title) { title.tabIndex = -1; title.focus({ preventScroll: true }); }
}

// Loads the page at the browser's address; the newest request counts. `top`: the scroll position at which it was left.
async function draw(top) {
  const turn = turns += 1, href = location.pathname + location.search;
  page.setAttribute("aria-busy", "true");
  try {
    const made = await pageAt(href);
    if (turn === turns) put(made, top);
  } catch {
    if (turn === turns) flash(page.dataset.away);
  } finally {
    if (turn === turns) page.removeAttribute("aria-busy");
  }
}

function put(made, top) {
  const fresh = made.getElementById("page"), isOther = JSON.parse(fresh.dataset.state).page !== drawnState().page;
  const isDrawn = fresh.dataset.key === page.dataset.key;
  document.documentElement.lang = made.documentElement.lang;
  Object.assign(page.dataset, fresh.dataset);
  document.title = page.dataset.title;
  // While the rules of all pages could not be loaded: those that this one came with.
  const [before, own] = [document, made].map((one) => one.getElementById("needed"));
  if (before && own) before.replaceWith(own);
  if (!isDrawn) redraw(fresh);
  if (top) layOutTables();
  if (top !== undefined || isOther) scrollTo(0, top ?? 0);
}

function redraw(fresh) {
  const held = page.contains(document.activeElement) ? identity(document.activeElement) : null;
  const marked = page.querySelector(".marked");
  hideTip();
  leaveFigures(page);
  leaveReport(page);
  page.removeAttribute("data-laid-out");
  page.replaceChildren(...fresh.childNodes);
  prepareFirst(page);
  prepare();
  const again = firstFound(held) || find(page, held);
  if (again) {
    again.focus({ preventScroll: true });
    hideTip();
  } else if (held) focusHead();
  const now = page.querySelector(".marked");
  // If a card explains the selection, the page begins with it.
  if (now && !marked && !page.querySelector(".card")) now.scrollIntoView({ block: "nearest" });
}

// Tables far below the first screen are left out of the first layout (tables.css). Then all are laid out: a place to
// return to, a link into the page and a picture of the whole page depend on how high they are.
const layOutTables = () => page.setAttribute("data-laid-out", "");
const layOutTablesLater = () => whenIdle(layOutTables);

// In a table wider than its box the chosen quarter is visible initially.
function showChosenColumn(root) {
  for (const head of root.querySelectorAll(".calendar thead .chosen")) {
    const box = head.closest(".scroll");
    box.scrollLeft += Math.max(0, head.getBoundingClientRect().right - box.getBoundingClientRect().right);
  }
}

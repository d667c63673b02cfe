// The server renders the page into `#page`: this script adds its behaviour and replaces it with the next page.
// All files of this folder are one script, in the order of their names.

const page = document.getElementById("page");
let turns = 0;

function listen() {
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.closest("[data-hint]")) return dismissHint(button.closest("[data-hint]"));
    if (button?.hasAttribute("data-theme-toggle")) return toggleTheme();
    if (button?.hasAttribute("data-pick-day")) return pickDay(button);
    closeMenus(event.target);
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const href = link.getAttribute("href");
    if (link.target) return;
    event.preventDefault();
    if (link.hasAttribute("download")) saveFile(link);
    else if (href.startsWith("#")) {
      const goal = document.querySelector(href);
      if (goal) showGoal(goal);
    } else go(resolve(href, link.closest(".controls"), drawnState()));
  });
  page.addEventListener("submit", (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.send) sendForm(form, event.submitter);
    else if (form.method === "get") ask(form);
  });
  page.addEventListener("change", (event) => {
    if (event.target.matches("select[data-go]")) follow(event.target);
    if (event.target.querySelector?.("option[data-owner]")) followOwner(event.target);
  });
  page.addEventListener("mouseover", (event) => {
    const link = event.target.closest("a[aria-label]");
    if (link) showTip(link);
    // There points are explained without being links.
    else if (!event.target.closest(".explored")) hideTip();
    prepareSoon(event.target.closest("a[href]"));
  });
  page.addEventListener("mouseleave", () => { hideTip(); prepareSoon(null); });
  page.addEventListener("pointerdown", (event) => prepareLink(event.target.closest("a[href]")));
  page.addEventListener("focusin", (event) => {
    holdStop(event.target);
    if (event.target.matches("a[aria-label]:focus-visible")) showTip(event.target);
  });
  page.addEventListener("focusout", hideTip);
  page.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { hideTip(); closeMenus(null); }
    if (event.key === "Enter" && event.target.matches("textarea[data-one-line]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
    moveByArrow(event);
    askOfCell(event);
  });
}

// A part of the page needs a tabindex for the focus; a field does not.
function showGoal(goal) {
  for (let shut = goal.closest("details"); shut; shut = shut.parentElement.closest("details")) shut.open = true;
  const folded = goal.querySelector(":scope > details.folded");
  if (folded) folded.open = true;
  if (goal.tabIndex < 0) goal.tabIndex = -1;
  goal.focus();
  goal.scrollIntoView({ block: goal.matches("input, select, textarea") ? "center" : "start" });
}

const drawnState = () => JSON.parse(page.dataset.state);
// Choices made before this script was loaded.
function isChosenAnew(choice) {
  const drawn = [...choice.options].findIndex((option) => option.defaultSelected);
  return choice.selectedIndex !== Math.max(0, drawn);
}

const follow = (choice) => go(resolve(choice.value, choice.closest(".controls"), drawnState()));

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
  if (!isDrawn) redraw(fresh);
  if (top !== undefined || isOther) scrollTo(0, top ?? 0);
}

function redraw(fresh) {
  const held = page.contains(document.activeElement) ? identity(document.activeElement) : null;
  const marked = page.querySelector(".marked");
  hideTip();
  leaveFigures(page);
  leaveReport(page);
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

// In a table wider than its box the chosen quarter is visible initially.
function showChosenColumn(root) {
  for (const head of root.querySelectorAll(".calendar thead .chosen")) {
    const box = head.closest(".scroll");
    box.scrollLeft += Math.max(0, head.getBoundingClientRect().right - box.getBoundingClientRect().right);
  }
}

function prepare() {
  showChosenColumn(page);
  prepareArrows(page);
  prepareForms(page);
  prepareDeck(page);
  prepareSubmit(page);
  prepareReport(page);
  prepareBuilding(page);
  prepareFigures(page);
  prepareSince(page);
  prepareWho(page);
}

function begin() {
  // A newer release was installed while this page was open.
  if (page.hasAttribute("data-begun")) return void (isWriting(page) || location.reload());
  page.setAttribute("data-begun", "");
  listen();
  prepare();
  history.scrollRestoration = "manual";
  if (history.state?.top) scrollTo(0, history.state.top);
  window.addEventListener("pagehide", keepPlace);
  window.addEventListener("popstate", (event) => draw(event.state?.top));
  window.addEventListener("online", () => isWriting(page) || draw());
  const early = [...page.querySelectorAll("select[data-go]")].find(isChosenAnew);
  if (early) follow(early);
  watchVersion();
}

// After all files of this script have run.
queueMicrotask(begin);

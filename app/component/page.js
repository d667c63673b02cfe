// Puts server-made HTML on the page and lets plain links move within the session.
// Plain click: history.pushState + popstate (one entry, Back works). Ctrl, middle click: the browser's own way.

const SHARED = ["period", "window", "lang"];

// Links were drawn for the state that the page had then. After a quick second click the address is ahead of the
// drawing: what this link does not mean to change is taken from the address, not from the old drawing.
function resolve(href, isControl, drawn) {
  const now = new URL(location.href), link = new URL(href, now), goal = isControl ? new URL(now) : link;
  for (const name of SHARED) {
    const said = link.searchParams.get(name);
    const value = said === drawn[name] ? now.searchParams.get(name) || said : said;
    if (value) goal.searchParams.set(name, value);
  }
  return goal.pathname + goal.search;
}

function go(href) {
  if (href === location.pathname + location.search) return;
  const isOtherPage = new URL(href, location.href).pathname !== location.pathname;
  hideTip();
  history.pushState({}, "", href);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  if (isOtherPage) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
}

// What stays the same about a control when the page around it is drawn anew.
function identity(element) {
  if (!element) return null;
  if (element.id) return "#" + CSS.escape(element.id);
  const href = element.getAttribute?.("href");
  return href ? "href:" + withoutShared(href) : null;
}

function withoutShared(href) {
  const url = new URL(href, location.href);
  SHARED.forEach((name) => url.searchParams.delete(name));
  return url.pathname + url.search;
}

function find(root, name) {
  if (!name) return null;
  if (name.startsWith("#")) return root.querySelector(name);
  return [...root.querySelectorAll("a[href]")].find((a) => "href:" + withoutShared(a.getAttribute("href")) === name);
}

// ---- one floating explanation for everything that carries a label of several lines
let tip;

function showTip(element) {
  const label = element.getAttribute("aria-label");
  if (!label || !label.includes("\n")) return hideTip();
  if (!tip || !tip.isConnected) {
    tip = document.createElement("div");
    tip.className = "kpi-tip";
    tip.setAttribute("aria-hidden", "true");
    document.body.append(tip);
  }
  tip.replaceChildren(...label.split("\n").map((line, place) => {
    const part = document.createElement(place ? "span" : "b");
    part.textContent = line;
    return part;
  }));
  tip.hidden = false;
  const box = element.getBoundingClientRect();
  const width = tip.offsetWidth, height = tip.offsetHeight;
  const left = Math.min(Math.max(6, box.left + box.width / 2 - width / 2), innerWidth - width - 6);
  const fitsBelow = box.bottom + height + 8 < innerHeight;
  tip.style.left = left + "px";
  tip.style.top = (fitsBelow ? box.bottom + 6 : Math.max(6, box.top - height - 6)) + "px";
}

function hideTip() {
  if (tip) tip.hidden = true;
}

// ---- tables whose cells are reached by arrow keys: one stop for Tab, arrows inside
function prepareArrows(root) {
  root.querySelectorAll("table[data-arrows]").forEach((table) => {
    const links = [...table.querySelectorAll("a.c")];
    links.forEach((link, place) => { link.tabIndex = place ? -1 : 0; });
  });
}

function moveByArrow(event) {
  const link = event.target.closest?.("table[data-arrows] a.c");
  if (!link) return;
  const cell = link.parentElement, row = cell.parentElement;
  const column = [...row.children].indexOf(cell);
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -99], End: [0, 99] };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const rows = [...row.parentElement.children];
  let next = null;
  for (let count = 1; !next && count < 60; count += 1) {
    const goal = rows[rows.indexOf(row) + step[0] * count];
    if (!goal) return;
    const cells = [...goal.children];
    if (Math.abs(step[1]) > 1) next = (step[1] < 0 ? cells : cells.reverse()).map((c) => c.querySelector("a.c")).find(Boolean);
    else {
      const wanted = cells[column + step[1] * count];
      if (!wanted) return;
      next = wanted.querySelector("a.c");
    }
  }
  link.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function listen(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const href = link.getAttribute("href");
    event.preventDefault();
    if (href.startsWith("#")) {
      const goal = document.querySelector(href);
      if (goal) { goal.tabIndex = -1; goal.focus(); goal.scrollIntoView(); }
    } else go(resolve(href, link.closest(".controls"), root.drawnState));
  });
  root.addEventListener("change", (event) => {
    const choice = event.target;
    if (choice.matches("select[data-go]")) go(resolve(choice.value, choice.closest(".controls"), root.drawnState));
  });
  root.addEventListener("mouseover", (event) => {
    const link = event.target.closest("a[aria-label]");
    link ? showTip(link) : hideTip();
  });
  root.addEventListener("mouseleave", hideTip);
  root.addEventListener("focusin", (event) => {
    if (event.target.matches("a[aria-label]:focus-visible")) showTip(event.target);
  });
  root.addEventListener("focusout", hideTip);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideTip();
    moveByArrow(event);
  });
}

// Streamlit announces an unknown path in an English dialog; the page itself says so in the reader's language.
function dismissStockDialog() {
  const dismiss = () => {
    const dialog = document.querySelector('[role="dialog"]');
    if (dialog?.textContent.startsWith("Page not found")) dialog.querySelector("button")?.click();
  };
  const observer = new MutationObserver(dismiss);
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), 3000);
  dismiss();
}

export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(":scope > .kpi");
  if (!root) {
    root = document.createElement("div");
    root.className = "kpi";
    parentElement.append(root);
    listen(root);
    dismissStockDialog();
  }
  document.documentElement.lang = data.state.lang;
  root.drawnState = data.state;
  if (root.dataset.key !== data.key) {
    const held = root.contains(document.activeElement) ? identity(document.activeElement) : null;
    const marked = root.querySelector(".marked");
    hideTip();
    root.innerHTML = data.html;
    root.dataset.key = data.key;
    prepareArrows(root);
    const again = find(root, held);
    if (again) {
      again.focus({ preventScroll: true });
      hideTip();
    } else if (held) {
      const title = root.querySelector("h1");
      if (title) { title.tabIndex = -1; title.focus({ preventScroll: true }); }
    }
    const now = root.querySelector(".marked");
    if (now && !marked) now.scrollIntoView({ block: "nearest" });
  }
}

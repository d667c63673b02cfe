// Plain links move within the session; Ctrl, middle click: the browser's own way.
// Plain click: history.pushState + popstate (one entry, Back works).

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
  // A second filter chosen before the first is drawn: both hold.
  const isSamePage = [now.pathname, link.pathname].every((path) => path === "/" + drawn.page);
  for (const [name, value] of isSamePage && !isControl ? Object.entries(drawn.own) : []) {
    if (link.searchParams.get(name) !== value) continue;
    const chosen = now.searchParams.get(name);
    chosen ? goal.searchParams.set(name, chosen) : goal.searchParams.delete(name);
  }
  // Lists of codes stay readable: search parameters would write their commas as %2C.
  return goal.pathname + goal.search.replaceAll("%2C", ",");
}

function go(href) {
  if (href === location.pathname + location.search) return;
  const isOtherPage = new URL(href, location.href).pathname !== location.pathname;
  hideTip();
  history.pushState({}, "", href);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  if (isOtherPage) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
}

// The same address again: the server draws the page as things are now.
function drawAnew() {
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
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

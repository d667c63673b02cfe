// A plain click replaces the page in place and adds one entry to the history; Ctrl and middle click are the browser's.

const SHARED = ["period", "window", "lang"];

// An address of the server in the language and programme of the page. The programme is always named: should another one
// be listed first by now, what this page sends must not land there.
function serverAddress(path, values = {}) {
  const { programme } = drawnState(), lang = document.documentElement.lang;
  return `${path}?${new URLSearchParams({ ...values, lang, ...(programme && { plan: programme }) })}`;
}

// Links were rendered for the page's state at that time. After a quick second click the address is newer than the
// page: parameters that this link does not change are taken from the address, not from the page.
function resolve(href, isControl, drawn) {
  const now = new URL(location.href), link = new URL(href, now), goal = isControl ? new URL(now) : link;
  for (const name of SHARED) {
    const said = link.searchParams.get(name);
    const value = said === drawn[name] ? now.searchParams.get(name) || said : said;
    if (value) goal.searchParams.set(name, value);
  }
  // A second filter chosen before the first is rendered: both apply.
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
  hideTip();
  keepPlace();
  history.pushState({}, "", href);
  draw();
}

// The scroll position of a page is stored with its entry in the history.
function keepPlace() {
  history.replaceState({ ...history.state, top: scrollY }, "");
}

// ---- prefetching of a link's page while the pointer is over the link
const REST_MS = 80, FRESH_MS = 10000;
let restTimer, prepared;

function prepareSoon(link) {
  clearTimeout(restTimer);
  if (link && !navigator.connection?.saveData) restTimer = setTimeout(() => prepareLink(link), REST_MS);
}

function prepareLink(link) {
  const href = link?.getAttribute("href");
  if (!href?.startsWith("/") || link.hasAttribute("download") || link.target) return;
  const goal = resolve(href, link.closest(".controls, .settings"), drawnState());
  if (goal === location.pathname + location.search || isPrepared(goal)) return;
  prepared = { href: goal, at: performance.now(), made: fetchPage(goal, "low") };
  prepared.made.catch(() => { prepared = undefined; });
}

const isPrepared = (href) => prepared?.href === href && performance.now() - prepared.at < FRESH_MS;

function pageAt(href) {
  const made = isPrepared(href) ? prepared.made : fetchPage(href, "high");
  prepared = undefined;
  return made;
}

async function fetchPage(href, priority) {
  await leaving;
  const rules = wholeStyle(), answer = await fetch(href, { priority, headers: { Accept: "text/html" } });
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!made.getElementById("page")) throw new Error(`no page at ${href}`);
  await rules;
  return made;
}

// The identity of a control when the page around it is rendered again.
function identity(element) {
  if (!element) return null;
  if (element.id) return "#" + CSS.escape(element.id);
  const href = element.getAttribute?.("href");
  return href ? "href:" + withoutShared(href) : null;
}

function withoutShared(href) {
  const url = new URL(href, location.href);
  SHARED.forEach((name) => url.searchParams.delete(name));
  return url.pathname + url.search + url.hash;
}

function find(root, name) {
  if (!name) return null;
  if (name.startsWith("#")) return root.querySelector(name);
  return [...root.querySelectorAll("a[href]")].find((a) => "href:" + withoutShared(a.getAttribute("href")) === name);
}

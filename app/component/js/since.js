// Changes on this page since the last visit. The browser stores which version it showed and when; for signed-in users
// the server does. Changes are requested only if that was another version. The line stays until it is dismissed, the
// tab is closed or the user signs out.

const MOST_SEEN = 300;
// Figures whose links explain them, and figures that identify themselves.
const FIGURES = ["[data-figure]", ".c[href]", "a.tile", ".ranking li > a", ".tilemap a", ".profile li > a", ".measures th a"].join();

const seenOf = (storage) => {
  try { return JSON.parse(storage.getItem("kpi-seen")) || {}; } catch { return {}; }
};

// Only the newest entries; a browser without storage still works.
function keepSeen(storage, seen) {
  const newest = Object.entries(seen).sort(([, one], [, other]) => other.at - one.at).slice(0, MOST_SEEN);
  try { storage.setItem("kpi-seen", JSON.stringify(Object.fromEntries(newest))); } catch { /* no changes are shown next time */ }
}

// A page is the same regardless of sorting, expanded parts and marks.
function seenPage({ page: name, own, period, window: span, plan }) {
  const shown = [name, own.unit || "", name === "target" ? own.target || "" : "", period, span];
  return (plan ? [...shown, plan] : shown).join(" ");
}

async function prepareSince(root) {
  const { version, key } = root.dataset;
  if (!version) return;
  const name = seenPage(drawnState()), visit = seenOf(sessionStorage);
  const before = root.querySelector("[data-who]") ? await seenByPerson(name, version) : seenHere(name, version);
  if (root.dataset.key !== key) return;
  if (!visit[name] && before && before.version !== version) {
    visit[name] = before;
    keepSeen(sessionStorage, visit);
  }
  if (visit[name] && visit[name].version !== version) askSince(root, name, visit[name]);
}

// The version shown before, which is replaced by the current one.
function seenHere(name, version) {
  const seen = seenOf(localStorage), before = seen[name];
  seen[name] = { version, at: Date.now() };
  keepSeen(localStorage, seen);
  return before;
}

async function seenByPerson(name, version) {
  try {
    const answer = await fetch(serverAddress("/since", { name, version }), { method: "POST", priority: "low" });
    return answer.status === 200 ? await answer.json() : undefined;
  } catch { return undefined; /* no changes are shown this time */ }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("a[href^='/sign-out']")) sessionStorage.removeItem("kpi-seen");
});

async function askSince(root, name, before) {
  const { key } = root.dataset, { page: drawn, own, period, window: span, lang, plan } = drawnState();
  const asked = Object.entries({ ...own, page: drawn, period, window: span, lang, plan, version: before.version });
  const parameters = new URLSearchParams(asked.filter(([, value]) => value));
  try {
    const answer = await fetch(`/since?${parameters}`, { priority: "low" });
    if (answer.status !== 200) return;
    const [found] = await Promise.all([answer.json(), wholeStyle()]);
    if (root.dataset.key === key) showSince(root, name, before, found);
  } catch { /* the server is unavailable for a moment: the next page retries */ }
}

function showSince(root, name, before, { html, marks }) {
  const main = root.querySelector("main");
  main.insertAdjacentHTML("afterbegin", html);
  const line = main.querySelector(".since"), time = line.querySelector("time");
  time.dateTime = new Date(before.at).toISOString();
  time.textContent = momentText(new Date(before.at));
  line.querySelector("[data-since]").addEventListener("click", () => {
    const visit = seenOf(sessionStorage);
    delete visit[name];
    keepSeen(sessionStorage, visit);
    line.remove();
    main.querySelectorAll(".revised").forEach((one) => one.classList.remove("revised"));
    showGoal(main);
  });
  for (const figure of main.querySelectorAll(FIGURES)) {
    const then = marks[figure.dataset.figure ?? figureOf(figure)];
    if (then && !line.contains(figure)) markRevised(figure, then);
  }
}

// A figure is identified by its link: its target, at its unit or at the city.
function figureOf(link) {
  const { searchParams } = new URL(link.getAttribute("href") ?? "", location.href);
  return `${searchParams.get("target")} ${searchParams.get("unit") || ""}`;
}

function markRevised(figure, then) {
  figure.classList.add("revised");
  if (figure.ariaLabel) figure.ariaLabel += `\n${then}`;
  else figure.title = then;
}

function momentText(moment) {
  const two = (number) => String(number).padStart(2, "0");
  const year = moment.getFullYear() === new Date().getFullYear() ? "" : `/${moment.getFullYear()}`;
  return `${two(moment.getDate())}/${two(moment.getMonth() + 1)}${year}, ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

// Tables and lists of many links: one Tab stop, arrow keys inside. A table's headings are reached like its cells.
const MOST_STOPS = 6;

function prepareArrows(root) {
  root.querySelectorAll("[data-arrows]").forEach((box) => {
    const links = [...box.querySelectorAll("a[href]")], first = box.querySelector("td a.c[href]") || links[0];
    if (links.length > MOST_STOPS) links.forEach((link) => { link.tabIndex = link === first ? 0 : -1; });
  });
}

// Tab returns to the last position.
function holdStop(link) {
  const box = link.closest?.("[data-arrows]");
  if (!box || !link.matches('a[href][tabindex="-1"]')) return;
  box.querySelectorAll('a[href][tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
  link.tabIndex = 0;
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -99], End: [0, 99] };
// On narrow screens the style sheet transposes the table: the cell below is then the next cell of the row.
const TURNED = { ArrowLeft: "ArrowUp", ArrowRight: "ArrowDown", ArrowUp: "ArrowLeft", ArrowDown: "ArrowRight" };

function moveByArrow(event) {
  const link = event.target.closest?.("[data-arrows] a[href]"), box = link?.closest("[data-arrows]");
  if (!link || event.altKey || event.ctrlKey || event.metaKey || !STEPS[event.key]) return;
  const table = link.closest("table");
  const next = box.contains(table) ? nextInTable(table, link, event.key) : nextInList(box, link, STEPS[event.key]);
  event.preventDefault();
  next?.focus();
}

function nextInList(list, link, [down, along]) {
  const links = [...list.querySelectorAll("a[href]")].filter((one) => one.checkVisibility());
  const goal = links.indexOf(link) + down + along;
  return Math.abs(along) > 1 ? links.at(along < 0 ? 0 : -1) : links[goal];
}

function nextInTable(table, link, key) {
  const cell = link.closest("td, th"), row = cell.parentElement, rows = [...table.rows];
  const isTurned = getComputedStyle(row.parentElement).display === "contents";
  const [down, along] = STEPS[(isTurned && TURNED[key]) || key];
  if (along) return nextInList(row, link, [0, along]);
  const place = [...cell.querySelectorAll("a[href]")].indexOf(link);
  for (let at = rows.indexOf(row) + down; rows[at]; at += down) {
    const links = [...(rows[at].cells[cell.cellIndex]?.querySelectorAll("a[href]") || [])];
    if (links.length) return links[Math.min(place, links.length - 1)];
  }
  return null;
}

// On a cell: O opens the origin of its figure, G a new action about it for viewers who may give one. Only while a cell has
// the focus.
const CELL_KEYS = { o: "/origin", g: "/actions" };

function askOfCell(event) {
  const link = event.target.closest?.("a.c[href]"), page = CELL_KEYS[event.key.toLowerCase()];
  if (!link || !page || event.ctrlKey || event.metaKey || event.altKey) return;
  if (page === CELL_KEYS.g && !drawnState().assigns) return;
  const cell = new URL(link.href), goal = new URL(page, location.href);
  if (!cell.searchParams.get("target")) return;
  if (page === "/actions") goal.searchParams.set("new", "1");
  for (const name of ["unit", "target", ...SHARED, "plan"]) {
    if (cell.searchParams.get(name)) goal.searchParams.set(name, cell.searchParams.get(name));
  }
  event.preventDefault();
  go(goal.pathname + goal.search);
}

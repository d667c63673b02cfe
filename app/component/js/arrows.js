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
  // On narrow screens the style sheet turns the table by its diagonal: what is below is then the next cell of the row.
  const isTurned = getComputedStyle(row.parentElement).display === "contents";
  const turned = { ArrowLeft: "ArrowUp", ArrowRight: "ArrowDown", ArrowUp: "ArrowLeft", ArrowDown: "ArrowRight" };
  const step = steps[(isTurned && turned[event.key]) || event.key];
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

// On a cell: O asks where its figure comes from, G gives work about it. Only while a cell has the focus.
const CELL_KEYS = { o: "/origin", g: "/actions" };

function askOfCell(event) {
  const link = event.target.closest?.("a.c[href]"), page = CELL_KEYS[event.key.toLowerCase()];
  if (!link || !page || event.ctrlKey || event.metaKey || event.altKey) return;
  const cell = new URL(link.href), goal = new URL(page, location.href);
  if (!cell.searchParams.get("target")) return;
  if (page === "/actions") goal.searchParams.set("new", "1");
  for (const name of ["unit", "target", ...SHARED]) {
    if (cell.searchParams.get(name)) goal.searchParams.set(name, cell.searchParams.get(name));
  }
  event.preventDefault();
  go(goal.pathname + goal.search);
}

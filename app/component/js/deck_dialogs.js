// Dialogs over a slide: the form of a decision (G) and the ledger of a number (L).
//   [data-of=target,unit]       a number or row that can be focused, pointed at and looked up;
//   [data-of=target,unit,status]  a count of units with a status (without a target: of their report)
//   [data-subject=target,unit]  on a slide: the subject of a decision unless one of its numbers is selected
//   .matrix[data-units] tr[data-target]  a grid defines it once for all its cells
//   dialog[data-decision]       the form;  [data-decide]  a button that opens it
//   dialog[data-ledger=href]    the address of a number's details
// After either closes nothing on the slide has the focus, so that every key of a clicker turns slides at once.

const FIGURE_STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let pointed;

function prepareDialogs(deck) {
  for (const grid of deck.querySelectorAll(".matrix")) {
    const units = grid.dataset.units.split(" ");
    for (const { cells, dataset } of grid.tBodies[0].rows) {
      // An empty cell has no tone.
      units.forEach((unit, place) => { if (cells[place + 1].className) cells[place + 1].dataset.of = `${dataset.target},${unit}`; });
    }
  }
  for (const figure of deck.querySelectorAll("[data-of]")) {
    // A grid is one Tab stop; within it the arrow keys move from cell to cell.
    const grid = figure.closest(".matrix");
    figure.tabIndex = grid && grid.querySelector("[data-of]") !== figure ? -1 : 0;
  }
}

const shownOf = (deck) => deck.querySelector(".slide:not([hidden])");
const openDialog = (deck) => deck.querySelector("dialog[open]");

// The selected number: the focused one, else the one under the pointer, else the one looked up last.
function meant(deck) {
  const slide = shownOf(deck), at = document.activeElement?.closest?.("[data-of]");
  const figure = at || slide.querySelector("[data-of]:hover") || pointed;
  return figure && slide.contains(figure) ? figure : null;
}

// Without a focus, Tab starts on the slide: after the number looked up last, else at its first stop. The browser would
// continue from the last focus, in the closed dialog.
function enterSlide(deck) {
  const stops = [...shownOf(deck).querySelectorAll("[data-of], a[href], button, input, select, textarea")]
    .filter((stop) => stop.tabIndex >= 0 && stop.checkVisibility());
  const next = stops[stops.indexOf(pointed) + 1];
  next?.focus();
  return next;
}

function stepToFigure(deck, [across, down]) {
  const figures = [...shownOf(deck).querySelectorAll("[data-of]")], from = meant(deck);
  const middle = (figure) => {
    const { left, top, width, height } = figure.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  if (!from) return figures[0]?.focus();
  const [x, y] = middle(from);
  let nearest, least = Infinity;
  for (const figure of figures) {
    const [atX, atY] = middle(figure), along = (atX - x) * across + (atY - y) * down;
    const aside = Math.abs((atX - x) * down) + Math.abs((atY - y) * across), way = along + 3 * aside;
    if (along > 1 && way < least) [nearest, least] = [figure, way];
  }
  nearest?.focus();
}

function closeDialog(dialog) {
  const form = dialog.querySelector("form");
  if (form) { form.reset(); prepareForms(dialog); tell(form, { said: "", fields: {}, state: "done" }); }
  hideDialog(dialog);
}

// Typed text is kept.
function hideDialog(dialog) {
  dialog.close();
  document.activeElement?.blur();
}

async function openLedger(deck, figure) {
  const dialog = deck.querySelector("[data-ledger]");
  if (!figure) return;
  pointed = figure;
  dialog.textContent = dialog.dataset.opening;
  if (!dialog.open) dialog.showModal();
  try {
    const told = await ledgerOf(dialog, figure.dataset.of);
    if (pointed === figure) dialog.replaceChildren(...told.childNodes);
  } catch {
    dialog.textContent = page.dataset.away;
  }
}

async function ledgerOf(dialog, subject) {
  const [target, unit, status] = subject.split(","), asked = Object.entries({ unit, target, status });
  const query = asked.filter(([, value]) => value).map(([name, value]) => `&${name}=${value}`).join("");
  const made = await fetchPage(dialog.dataset.ledger + query, "high");
  const told = made.querySelector(".ledger");
  if (!told) throw new Error(`nothing is told of ${subject}`);
  return told;
}

function openDecision(deck) {
  const dialog = deck.querySelector("[data-decision]"), subject = meant(deck)?.dataset.of ?? shownOf(deck).dataset.subject;
  if (!dialog) return;
  const form = dialog.querySelector("form"), { what, unit_code, target_code } = form.elements;
  const [target, unit] = (subject || ",").split(",");
  unit_code.value = unit;
  // The whole city is not a unit of the list.
  if (unit_code.selectedIndex < 0) unit_code.value = "";
  target_code.value = target;
  if (target_code.selectedIndex < 0) target_code.value = "";
  followOwner(unit_code);
  dialog.showModal();
  what.focus();
  if (target) suggest(deck, what, `${target},${unit}`);
}

// The shortfall as the first words of a decision; nothing without a connection or if text was typed already.
async function suggest(deck, what, subject) {
  const told = await ledgerOf(deck.querySelector("[data-ledger]"), subject).catch(() => null);
  if (told?.dataset.what && !what.value) what.value = told.dataset.what;
}

function onDialogKey(deck, dialog, event, key) {
  if (key === "Escape") { event.preventDefault(); closeDialog(dialog); return; }
  if (dialog.hasAttribute("data-decision") || (key === "Enter" && event.target.closest?.("a"))) return;
  if (key !== "g" && key !== "l" && !(key in TURNS)) return;
  event.preventDefault();
  hideDialog(dialog);
  if (key === "g") openDecision(deck);
  else if (key !== "l" && key !== "Enter") turn(deck, TURNS[key]);
}

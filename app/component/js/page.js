// The server renders the page into `#page`: this script adds its behaviour and replaces it with the next page.
// All files of this folder are one script, in the order of their names.

const page = document.getElementById("page");

const drawnState = () => JSON.parse(page.dataset.state);
// Choices made before this script was loaded.
function isChosenAnew(choice) {
  const drawn = [...choice.options].findIndex((option) => option.defaultSelected);
  return choice.selectedIndex !== Math.max(0, drawn);
}

const follow = (choice) => go(resolve(choice.value, choice.closest(".controls"), drawnState()));

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
  layOutTablesLater();
}

function begin() {
  // A newer release was installed while this page was open.
  if (page.hasAttribute("data-begun")) return void (isWriting(page) || location.reload());
  page.setAttribute("data-begun", "");
  listen();
  prepare();
  history.scrollRestoration = "manual";
  if (history.state?.top) {
    layOutTables();
    scrollTo(0, history.state.top);
  }
  window.addEventListener("pagehide", keepPlace);
  window.addEventListener("popstate", (event) => draw(event.state?.top));
  window.addEventListener("online", async () => {
    if (isWriting(page)) return;
    await draw();
    const told = takeNewerFigures();
    if (told) flash(told);
  });
  const early = [...page.querySelectorAll("select[data-go]")].find(isChosenAnew);
  if (early) follow(early);
  watchVersion();
}

// After all files of this script have run.
queueMicrotask(begin);

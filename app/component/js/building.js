// The strip that says how far the figures' recalculation is: `[data-build]` with the version that the page shows.
// Asked each second while something is under way, seldom otherwise; a new version draws the page anew.

const BUSY_MS = 1000, QUIET_MS = 10000;
let buildTimer, buildText = "", drawnFor;

function prepareBuilding(root) {
  clearTimeout(buildTimer);
  const strip = root.querySelector("[data-build]");
  if (!strip) return;
  tellBuilding(strip, buildText);
  askBuilding(strip);
}

async function askBuilding(strip) {
  let wait = QUIET_MS;
  try {
    if (document.visibilityState === "visible") {
      const answer = await (await fetch(`/intake/build?lang=${document.documentElement.lang}`)).json();
      if (!strip.isConnected) return;
      tellBuilding(strip, answer.html);
      if (answer.isBusy) wait = BUSY_MS;
      if (answer.version !== strip.dataset.build) newVersion(strip, answer);
    }
  } catch { /* the server is away for a moment: asked again */ }
  clearTimeout(buildTimer);
  buildTimer = setTimeout(() => { if (strip.isConnected) askBuilding(strip); }, wait);
}

function tellBuilding(strip, html) {
  buildText = html;
  if (strip.innerHTML !== html) strip.innerHTML = html;
  strip.hidden = !html;
}

// A page in whose forms something is being written is not drawn anew under the writer's hands.
function newVersion(strip, answer) {
  if (drawnFor === answer.version || isWriting(strip.closest(".kpi"))) return;
  drawnFor = answer.version;
  draw().then(() => flash(answer.said));
}

function isWriting(root) {
  // A draft is the server's already, but for what was typed this very moment.
  if (root.querySelector("form[data-draft]")) return true;
  const typed = "textarea, input[type=text], input[type=search]";
  return [...root.querySelectorAll(`form :is(${typed})`)]
    .some((field) => !field.dataset.remember && field.value !== field.defaultValue);
}

// Build progress: `[data-build]` contains the version shown by the page.
// Polled every second during a build, seldom otherwise; a new version reloads the page's content.

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
      const answer = await (await fetch(serverAddress("/intake/build"))).json();
      if (!strip.isConnected) return;
      tellBuilding(strip, answer.html);
      if (answer.isBusy) wait = BUSY_MS;
      if (answer.version !== strip.dataset.build) newVersion(strip, answer);
    }
  } catch { /* the server is unavailable for a moment: the next poll retries */ }
  clearTimeout(buildTimer);
  buildTimer = setTimeout(() => { if (strip.isConnected) askBuilding(strip); }, wait);
}

function tellBuilding(strip, html) {
  buildText = html;
  if (html) wholeStyle();
  if (strip.innerHTML !== html) strip.innerHTML = html;
  strip.hidden = !html;
}

// A page is not reloaded while one of its forms contains unsaved text.
function newVersion(strip, answer) {
  if (drawnFor === answer.version || isWriting(strip.closest(".kpi"))) return;
  drawnFor = answer.version;
  draw().then(() => flash(answer.said));
}

function isWriting(root) {
  // A draft is stored on the server already, except the text typed last.
  if (root.querySelector("form[data-draft]")) return true;
  const typed = "textarea, input[type=text], input[type=search]";
  return [...root.querySelectorAll(`form :is(${typed})`)]
    .some((field) => !field.dataset.remember && field.value !== field.defaultValue);
}

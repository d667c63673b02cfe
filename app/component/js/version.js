// Polls the published version: a conditional request that is answered with 304 while nothing has changed. A newer
// version is offered, not applied; the progress of a running build applies it.

const ASK_MS = 60000, MISSES = 2;
let versionTag, missed = 0;

function watchVersion() {
  setInterval(askVersion, ASK_MS);
  document.addEventListener("visibilitychange", askVersion);
  window.addEventListener("offline", () => showConnection(false));
  window.addEventListener("online", askVersion);
  askVersion();
}

async function askVersion() {
  if (document.visibilityState !== "visible") return;
  try {
    const answer = await fetch(serverAddress("/version"), {
      priority: "low", cache: "no-store", headers: versionTag ? { "If-None-Match": versionTag } : {},
    });
    missed = 0;
    showConnection(true);
    if (answer.status !== 200) return;
    const offer = await answer.json(), isNewer = versionTag !== undefined;
    versionTag = answer.headers.get("etag");
    if (isNewer && !page.querySelector("[data-build]")) offerVersion(offer);
  } catch {
    missed += 1;
    if (missed >= MISSES) showConnection(false);
  }
}

function offerVersion({ said, show }) {
  document.querySelector(".kpi-newer")?.remove();
  const line = statusLine("kpi-newer", said), button = document.createElement("button");
  button.type = "button";
  button.textContent = show;
  button.addEventListener("click", () => { line.remove(); draw(); });
  line.append(" ", button);
  document.body.append(line);
}

// Streamlit is woken when the page stands. It runs the script of the page and takes in what forms send; what is read
// needs it not. `data-live` on the document's root: it has answered.

const LOST_MS = 2000;
let sendValue, drawing = Promise.resolve(), wasConnecting = false, lostTimer;

function wake() {
  const tags = document.getElementById("streamlit").content;
  // Nobody is signed in yet.
  if (!tags.childElementCount) return;
  document.head.append(tags.cloneNode(true));
  document.head.querySelector('script[src^="/static/js/index."]').addEventListener("error", () => tellConnection(false));
  new MutationObserver(watchConnection).observe(document.getElementById("root"), {
    attributes: true, attributeFilter: ["data-test-connection-state"], childList: true, subtree: true,
  });
}

// Each answer of Streamlit's script for this session. What was written by then is on the page before it is told of.
export async function live({ data: sent, setTriggerValue }) {
  if (!isFirst) return;
  const data = JSON.parse(new TextDecoder().decode(sent));
  sendValue = setTriggerValue;
  document.documentElement.dataset.live = "";
  page.querySelectorAll("form[data-early]").forEach((form) => {
    form.removeAttribute("data-early");
    tell(form, { text: page.dataset.ready, fields: {}, isDone: true });
  });
  await drawing;
  if (data.key !== page.dataset.key && (data.notice || !isWriting(page))) await draw();
  showNotice(page, data.notice);
}

const isConnected = () => document.querySelector(".stApp")?.dataset.testConnectionState === "CONNECTED";
const canSend = () => sendValue && isConnected();

function watchConnection() {
  const state = document.querySelector(".stApp")?.dataset.testConnectionState;
  const isLost = wasConnecting && !["CONNECTED", "CONNECTING"].includes(state);
  wasConnecting ||= state === "CONNECTING" || state === "CONNECTED";
  if (state === "CONNECTED") tellConnection(true);
  else if (isLost && !lostTimer) lostTimer = setTimeout(() => tellConnection(isConnected()), LOST_MS);
}

// One calm line, as long as nothing can be written.
function tellConnection(isThere) {
  clearTimeout(lostTimer);
  lostTimer = undefined;
  const line = document.querySelector(".kpi-line");
  if (isThere) line?.remove();
  else if (!line) document.body.append(statusLine("kpi-line", page.dataset.readingOnly));
  if (isThere) return;
  page.querySelectorAll("form[data-sent]").forEach((form) => {
    reopen(form);
    form.closest("dialog:not([open])")?.showModal();
    tell(form, { text: page.dataset.unready, fields: {}, isDone: false });
  });
}

function statusLine(name, text) {
  const line = document.createElement("div");
  line.className = name;
  line.setAttribute("role", "status");
  line.textContent = text;
  return line;
}

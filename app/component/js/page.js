// Puts server-made HTML on the page. All files of this folder are one script, in the order of their names.

function listen(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.closest("[data-hint]")) return dismissHint(button.closest("[data-hint]"));
    if (button?.hasAttribute("data-theme-toggle")) return toggleTheme();
    closeMenus(event.target);
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const href = link.getAttribute("href");
    if (link.target === "_blank") return;
    event.preventDefault();
    if (link.hasAttribute("download")) saveFile(link);
    else if (href.startsWith("#")) {
      const goal = document.querySelector(href);
      if (goal) { goal.tabIndex = -1; goal.focus(); goal.scrollIntoView(); }
    } else go(resolve(href, link.closest(".controls"), root.drawnState));
  });
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-send]");
    if (!form) return;
    event.preventDefault();
    form.setAttribute("data-sent", "");
    sendForm(form, root.setTriggerValue);
  });
  root.addEventListener("change", (event) => {
    const choice = event.target;
    if (choice.matches("select[data-go]")) go(resolve(choice.value, choice.closest(".controls"), root.drawnState));
  });
  root.addEventListener("mouseover", (event) => {
    const link = event.target.closest("a[aria-label]");
    link ? showTip(link) : hideTip();
  });
  root.addEventListener("mouseleave", hideTip);
  root.addEventListener("focusin", (event) => {
    if (event.target.matches("a[aria-label]:focus-visible")) showTip(event.target);
  });
  root.addEventListener("focusout", hideTip);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { hideTip(); closeMenus(null); }
    moveByArrow(event);
    askOfCell(event);
  });
}

// Streamlit announces an unknown path in an English dialog; the page itself says so in the reader's language.
function dismissStockDialog() {
  const dismiss = () => {
    const dialog = document.querySelector('[role="dialog"]');
    if (dialog?.textContent.startsWith("Page not found")) dialog.querySelector("button")?.click();
  };
  const observer = new MutationObserver(dismiss);
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), 3000);
  dismiss();
}

function focusHead(root) {
  const title = [...root.querySelectorAll("h1")].find((one) => one.checkVisibility());
  if (title) { title.tabIndex = -1; title.focus({ preventScroll: true }); }
}

function redraw(root, data) {
  const held = root.contains(document.activeElement) ? identity(document.activeElement) : null;
  const marked = root.querySelector(".marked");
  hideTip();
  root.innerHTML = data.html;
  root.dataset.key = data.key;
  prepareArrows(root);
  prepareForms(root);
  showHint(root);
  applyTheme();
  prepareDeck(root);
  prepareSubmit(root);
  prepareBuilding(root);
  const again = find(root, held);
  if (again) {
    again.focus({ preventScroll: true });
    hideTip();
  } else if (held) focusHead(root);
  const now = root.querySelector(".marked");
  // Where a card explains what was chosen, the page begins with it.
  if (now && !marked && !root.querySelector(".card")) now.scrollIntoView({ block: "nearest" });
}

export default function ({ data: sent, parentElement, setTriggerValue }) {
  const data = JSON.parse(new TextDecoder().decode(sent));
  let root = parentElement.querySelector(":scope > .kpi");
  if (!root) {
    root = document.createElement("div");
    root.className = "kpi";
    parentElement.append(root);
    listen(root);
    dismissStockDialog();
  }
  root.setTriggerValue = setTriggerValue;
  document.documentElement.lang = data.state.lang;
  root.drawnState = data.state;
  if (root.dataset.key !== data.key) redraw(root, data);
  showNotice(root, data.notice);
}

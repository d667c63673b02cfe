// What is pressed, chosen, typed and pointed at on the page.

function listen() {
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.hasAttribute("data-theme-toggle")) return toggleTheme();
    if (button?.hasAttribute("data-pick-day")) return pickDay(button);
    closeMenus(event.target);
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const href = link.getAttribute("href");
    if (link.target) return;
    event.preventDefault();
    if (link.hasAttribute("download")) saveFile(link);
    else if (href.startsWith("#")) {
      const goal = document.querySelector(href);
      if (goal) showGoal(goal);
    } else go(resolve(href, link.closest(".controls, .settings"), drawnState()));
  });
  page.addEventListener("submit", (event) => {
    const form = event.target.closest("form");
    if (!form || form.target) return;
    event.preventDefault();
    if (form.dataset.send) sendForm(form, event.submitter);
    else if (form.method === "get") ask(form);
  });
  page.addEventListener("change", (event) => {
    if (event.target.matches("select[data-go]")) follow(event.target);
    if (event.target.querySelector?.("option[data-owner]")) followOwner(event.target);
  });
  page.addEventListener("mouseover", (event) => {
    const link = event.target.closest("a[aria-label]");
    if (link) showTip(link);
    // There points are explained without being links.
    else if (!event.target.closest(".explored")) hideTip();
    prepareSoon(event.target.closest("a[href]"));
  });
  page.addEventListener("mouseleave", () => { hideTip(); prepareSoon(null); });
  page.addEventListener("pointerdown", (event) => prepareLink(event.target.closest("a[href]")));
  page.addEventListener("focusin", (event) => {
    holdStop(event.target);
    closeMenus(event.target);
    if (event.target.matches("a[aria-label]:focus-visible")) showTip(event.target);
  });
  page.addEventListener("focusout", hideTip);
  // A tip below the pointer, or a menu whose text was clicked, leaves the focus with the document's body.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { hideTip(); closeMenus(null); }
    if (event.key === "Enter" && event.target.matches("textarea[data-one-line]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
    moveByArrow(event);
    askOfCell(event);
  });
}

// A part of the page needs a tabindex for the focus; a field does not.
function showGoal(goal) {
  for (let shut = goal.closest("details"); shut; shut = shut.parentElement.closest("details")) shut.open = true;
  const folded = goal.querySelector(":scope > details.folded");
  if (folded) folded.open = true;
  if (goal.tabIndex < 0) goal.tabIndex = -1;
  goal.focus();
  goal.scrollIntoView({ block: goal.matches("input, select, textarea") ? "center" : "start" });
}

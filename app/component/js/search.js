// The search field in the bar: Ctrl-K (Cmd-K) focuses it from anywhere, Esc returns to the previous focus. Results are
// on a page of their own, with the first link focused: Ctrl-K, a name, Enter, Enter.
let cameFrom = null;

function onSearchKey(event) {
  const field = page.querySelector("#q");
  if (!field) return;
  const isAsked = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k";
  if (isAsked) {
    event.preventDefault();
    if (document.activeElement !== field) cameFrom = document.activeElement;
    field.focus();
    field.select();
  } else if (event.key === "Escape" && event.target === field) {
    event.preventDefault();
    field.value = field.defaultValue;
    field.blur();
    if (page.contains(cameFrom)) cameFrom.focus();
  }
}

window.addEventListener("keydown", onSearchKey);

// A form that only queries leads to an address, as a link does.
function ask(form) {
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  go(`${form.getAttribute("action")}?${asked}`);
}

// After a search the first result takes the focus from the field.
const firstFound = (held) => held === "#q" && page.querySelector("[aria-describedby=found]");

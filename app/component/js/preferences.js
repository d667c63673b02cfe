// What a reader prefers, remembered by this browser only: the theme, and which hints were read.

function applyTheme() {
  const wanted = read("kpi-theme") || (matchMedia("(prefers-contrast: more)").matches ? "contrast" : "light");
  document.documentElement.dataset.theme = wanted;
  document.querySelectorAll("[data-theme-toggle]").forEach((button) => {
    button.setAttribute("aria-pressed", String(wanted === "contrast"));
  });
}

function toggleTheme() {
  write("kpi-theme", document.documentElement.dataset.theme === "contrast" ? "light" : "contrast");
  applyTheme();
}

function showHint(root) {
  const hint = root.querySelector("[data-hint]");
  if (hint) hint.hidden = read("kpi-hint-" + hint.dataset.hint) === "read";
}

function dismissHint(hint) {
  write("kpi-hint-" + hint.dataset.hint, "read");
  hint.hidden = true;
}

function closeMenus(except) {
  document.querySelectorAll(".kpi details.menu[open]").forEach((menu) => {
    if (!menu.contains(except)) menu.removeAttribute("open");
  });
}

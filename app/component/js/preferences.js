// Preferences stored by this browser only: the theme, and dismissed hints.

function write(key, value) {
  try { localStorage.setItem("kpi-" + key, value); } catch { /* a browser without storage still works */ }
}

function toggleTheme() {
  write("theme", document.documentElement.dataset.theme === "contrast" ? "light" : "contrast");
  applyTheme();
}

function dismissHint(hint) {
  write("hint-" + hint.dataset.hint, "read");
  hint.hidden = true;
}

function closeMenus(except) {
  page.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(except)) menu.removeAttribute("open");
  });
}

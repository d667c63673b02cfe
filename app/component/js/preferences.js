// The theme, stored by this browser only.

function write(key, value) {
  try { localStorage.setItem("kpi-" + key, value); } catch { /* a browser without storage still works */ }
}

function toggleTheme() {
  write("theme", document.documentElement.dataset.theme === "contrast" ? "light" : "contrast");
  applyTheme();
}

function closeMenus(except) {
  page.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(except)) menu.removeAttribute("open");
  });
}

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
    if (menu.contains(except)) return;
    // The browser would put the focus of what is hidden at the beginning of the page.
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.removeAttribute("open");
  });
}

// Short messages over the page, announced by screen readers.

// A confirmation that survives the next page.
function flash(text) {
  document.querySelector(".kpi-flash")?.remove();
  const line = statusLine("kpi-flash", text);
  document.body.append(line);
  setTimeout(() => line.remove(), 6000);
}

// One line while the server is unreachable.
function showConnection(isThere) {
  const line = document.querySelector(".kpi-line");
  if (isThere) line?.remove();
  else if (!line) document.body.append(statusLine("kpi-line", page.dataset.offline));
}

function statusLine(name, text) {
  const line = document.createElement("div");
  line.className = name;
  line.setAttribute("role", "status");
  line.textContent = text;
  return line;
}

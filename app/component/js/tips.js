// ---- tooltips of all elements with a label of several lines
let tip;

function showTip(element) {
  explain(element.getAttribute("aria-label"), element.getBoundingClientRect());
}

// Below the box of the explained element, or above it.
function explain(label, box) {
  if (!label || !label.includes("\n")) return hideTip();
  if (!tip || !tip.isConnected) {
    tip = document.createElement("div");
    tip.className = "kpi-tip";
    tip.setAttribute("aria-hidden", "true");
    document.body.append(tip);
  }
  tip.replaceChildren(...label.split("\n").map((line, place) => {
    const part = document.createElement(place ? "span" : "b");
    part.textContent = line;
    return part;
  }));
  tip.hidden = false;
  const width = tip.offsetWidth, height = tip.offsetHeight;
  const left = Math.min(Math.max(6, box.left + box.width / 2 - width / 2), innerWidth - width - 6);
  const fitsBelow = box.bottom + height + 8 < innerHeight;
  tip.style.left = left + "px";
  tip.style.top = (fitsBelow ? box.bottom + 6 : Math.max(6, box.top - height - 6)) + "px";
}

function hideTip() {
  if (tip) tip.hidden = true;
}

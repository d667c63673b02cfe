// Interactive charts by Plotly: `[data-plotly]` is the address of the chart's figure, `data-library` that of Plotly.
// Neither is loaded before it is needed; if loading fails, the static chart stays.

const LOOK_MS = 250;
const asked = new WeakSet();
let library;

function prepareFigures(root) {
  for (const figure of root.querySelectorAll("[data-plotly]")) {
    let resting;
    const leave = () => clearTimeout(resting);
    const rest = (event) => {
      leave();
      resting = setTimeout(explore, LOOK_MS, figure, event);
    };
    figure.addEventListener("pointermove", rest);
    figure.addEventListener("pointerleave", leave);
    figure.addEventListener("focusin", rest);
    figure.addEventListener("focusout", leave);
    figure.querySelector(".explore").addEventListener("click", () => explore(figure));
    figure.setAttribute("data-ready", "");
  }
}

// Before the page with the charts is removed.
function leaveFigures(root) {
  for (const place of root.querySelectorAll(".explored")) window.Plotly?.purge(place);
}

async function explore(figure, event) {
  if (asked.has(figure) || !figure.isConnected) return;
  asked.add(figure);
  try {
    const parts = [loadLibrary(figure.dataset.library), loadFigure(figure.dataset.plotly), wholeStyle()];
    const [Plotly, drawing] = await Promise.all(parts);
    if (figure.isConnected) await drawFigure(figure, Plotly, drawing);
    if (event?.type === "pointermove") pointAt(figure, event);
  } catch {
    asked.delete(figure);
  }
}

function loadLibrary(address) {
  if (library) return library;
  const script = Object.assign(document.createElement("script"), { src: address });
  library = loaded(script).then(() => window.Plotly, (error) => { library = undefined; throw error; });
  return library;
}

async function loadFigure(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`no figure at ${address}`);
  return answer.json();
}

// Over the static chart, which keeps the place and is printed. The label and the table below contain all of it as text.
async function drawFigure(figure, Plotly, { data, layout }) {
  const place = document.createElement("div");
  place.className = "explored";
  place.setAttribute("aria-hidden", "true");
  figure.append(place);
  try {
    await Plotly.newPlot(place, data, fitted(data, layout, figure), { displayModeBar: false, responsive: true });
  } catch (error) {
    place.remove();
    throw error;
  }
  followPoints(place);
  hideTip();
  if (figure.contains(document.activeElement)) {
    figure.tabIndex = -1;
    figure.focus({ preventScroll: true });
  }
  figure.setAttribute("data-explored", "");
}

// Letters and lines have the positions and sizes of the static chart.
const DRAWN_FOR_PX = 13, LEGEND_PAD_PX = 6;

function fitted(data, layout, figure) {
  const outer = figure.getBoundingClientRect(), scale = Number.parseFloat(getComputedStyle(figure).fontSize) / DRAWN_FOR_PX;
  const plot = figure.querySelector(".plot").getBoundingClientRect();
  const keys = figure.querySelector(".keys").getBoundingClientRect();
  const { font, legend, xaxis, yaxis, annotations = [] } = layout;
  const fonts = [font, legend.font, xaxis.tickfont, xaxis.title?.font, yaxis.tickfont, ...annotations.map((one) => one.font)];
  const larger = (size) => Array.isArray(size) ? size.map(larger) : size * scale;
  for (const one of [...fonts, ...data.flatMap((trace) => [trace.marker, trace.textfont])]) {
    if (one?.size) one.size = larger(one.size);
  }
  for (const note of annotations) {
    for (const way of ["xshift", "yshift"]) if (note[way]) note[way] *= scale;
  }
  legend.y = (plot.bottom - keys.top + LEGEND_PAD_PX) / plot.height;
  layout.margin = {
    l: plot.left - outer.left,
    r: outer.right - plot.right,
    t: plot.top - outer.top,
    b: outer.bottom - plot.bottom,
    autoexpand: false,
  };
  return layout;
}

// A point has the explanation and the link of the static chart.
function followPoints(place) {
  place.on("plotly_hover", ({ points: [{ hovertext, customdata, bbox }] }) => {
    const { left, top } = place.getBoundingClientRect();
    explain(hovertext, new DOMRect(left + bbox.x0, top + bbox.y0, bbox.x1 - bbox.x0, bbox.y1 - bbox.y0));
    place.classList.toggle("leads", Boolean(customdata));
  });
  place.on("plotly_unhover", () => {
    hideTip();
    place.classList.remove("leads");
  });
  place.on("plotly_click", ({ points: [{ customdata: href }] }) => {
    if (href) go(resolve(href, null, drawnState()));
  });
}

// The pointer is there already: its point is explained without a movement.
function pointAt(figure, { clientX, clientY }) {
  const place = document.elementFromPoint(clientX, clientY);
  if (!place?.closest(".explored") || !figure.contains(place)) return;
  place.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true }));
}

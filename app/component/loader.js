// What Streamlit mounts: loads the page's script and style sheet once, then hands every page over to them.

const style = document.querySelector("link[data-kpi]") || document.head.appendChild(
  Object.assign(document.createElement("link"), { rel: "stylesheet", href: "STYLE_ADDRESS" }),
);
style.dataset.kpi = "";
const styled = style.sheet || new Promise((done) => {
  style.addEventListener("load", done);
  style.addEventListener("error", done);
});

let draw;
const loaded = Promise.all([import(new URL("SCRIPT_ADDRESS", location.origin).href), styled])
  .then(([script]) => { draw = script.default; });

export default function (given) {
  if (draw) draw(given);
  else loaded.then(() => draw(given));
}

// A page comes with the rules that it needs. Those of all pages are loaded before content that comes later is shown.

let styled;

function wholeStyle() {
  styled ??= new Promise((done) => {
    const link = document.createElement("link");
    link.addEventListener("load", () => { document.getElementById("needed")?.remove(); done(); });
    // It is requested again with the next content.
    link.addEventListener("error", () => { styled = undefined; link.remove(); done(); });
    link.rel = "stylesheet";
    link.href = page.dataset.style;
    document.head.append(link);
  });
  return styled;
}

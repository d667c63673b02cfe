// A page comes with the rules that it needs. Those of all pages are loaded before content that comes later is shown.

let styled;

function wholeStyle() {
  styled ??= new Promise((done) => {
    const link = document.createElement("link");
    const end = () => { document.getElementById("needed")?.remove(); done(); };
    link.addEventListener("load", end);
    // Without it the next page is shown by the rules that are here; it is requested again with the page after that.
    link.addEventListener("error", () => { styled = undefined; link.remove(); done(); });
    link.rel = "stylesheet";
    link.href = page.dataset.style;
    document.head.append(link);
  });
  return styled;
}

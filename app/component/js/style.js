// A page comes with the rules that it needs. Those of all pages are loaded before content that comes later is shown.

let styled;

function wholeStyle() {
  if (styled) return styled;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: page.dataset.style });
  // What cannot be loaded is requested again with the next content.
  styled = loaded(link).then(() => document.getElementById("needed")?.remove(), () => { styled = undefined; });
  return styled;
}

// Puts a script or a link into the page, and waits for what it loads; what fails is taken out again.
function loaded(element) {
  return new Promise((done, failed) => {
    element.addEventListener("load", done);
    element.addEventListener("error", () => {
      element.remove();
      failed(new Error(`nothing at ${element.src || element.href}`));
    });
    document.head.append(element);
  });
}

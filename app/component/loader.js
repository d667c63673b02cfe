// What Streamlit mounts: hands every answer of its script over to the page's own script.
const page = import(new URL("SCRIPT_ADDRESS", location.origin).href);

export default function (given) {
  page.then((script) => script.live(given));
}

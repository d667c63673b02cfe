// The signed-in user's name in the bar. Pages are shared by users with the same rights, so it is requested separately,
// once per language.

const told = {};

function prepareWho(root) {
  const place = root.querySelector("[data-who]"), { lang } = document.documentElement;
  if (!place) return;
  told[lang] ||= fetch(serverAddress("/who")).then((answer) => answer.ok ? answer.text() : Promise.reject(new Error("who")));
  told[lang].then((html) => { place.innerHTML = html; }, () => { delete told[lang]; });
}

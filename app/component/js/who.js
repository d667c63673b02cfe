// Who is signed in stands in the bar. Pages are the same for all who may do the same, so it is asked for once a language.

const told = {};

function prepareWho(root) {
  const place = root.querySelector("[data-who]"), { lang } = document.documentElement;
  if (!place) return;
  told[lang] ||= fetch("/who?lang=" + lang).then((answer) => answer.ok ? answer.text() : Promise.reject(new Error("who")));
  told[lang].then((html) => { place.innerHTML = html; }, () => { delete told[lang]; });
}

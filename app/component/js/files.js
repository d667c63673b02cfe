// Files: `a[download]` is fetched, so that long work shows progress and a failure shows a message.
// `data-png`: the address returns an SVG, which the browser converts to a PNG of twice its size.

async function saveFile(link) {
  if (link.getAttribute("aria-busy") === "true") return;
  const box = link.closest("[data-busy]"), label = link.textContent;
  link.setAttribute("aria-busy", "true");
  if (box) link.textContent = box.dataset.busy;
  try {
    const answer = await fetch(link.href);
    if ([503, 507].includes(answer.status)) return void flash(await answer.text());
    if (!answer.ok) throw new Error(await answer.text());
    const name = decodeURIComponent((answer.headers.get("Content-Disposition") || "").split("''")[1] || "file");
    const blob = await answer.blob();
    if (link.hasAttribute("data-png")) offer(await asPng(blob), name.replace(/\.svg$/, ".png"));
    else offer(blob, name);
    link.closest("details")?.removeAttribute("open");
  } catch {
    if (box) flash(box.dataset.failed);
  } finally {
    link.removeAttribute("aria-busy");
    link.textContent = label;
  }
}

function offer(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function asPng(blob) {
  const image = new Image(), source = URL.createObjectURL(blob);
  try {
    await new Promise((done, fail) => { image.onload = done; image.onerror = fail; image.src = source; });
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/png"));
  } finally {
    URL.revokeObjectURL(source);
  }
}

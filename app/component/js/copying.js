// `[data-copy]` copies the text of the field that it names; `data-copied` says that it did.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.(".kpi [data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    flash(button.dataset.copied);
  } catch {
    // Not allowed here: the text stands selected, ready for Ctrl-C.
    field.focus();
  }
});

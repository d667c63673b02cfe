// `[data-copy]` copies the text of the field that it names; `data-copied` is the confirmation.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.(".kpi [data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    flash(button.dataset.copied);
  } catch {
    // Not allowed here: the text is selected, ready for Ctrl-C.
    field.focus();
  }
});

// <button data-dialog="id"> opens <dialog id>; <button data-close> within closes it.

export function openDialog(dialog) {
  if (!dialog.open) dialog.showModal();
}

export function connectDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    if (opener) openDialog(document.getElementById(opener.dataset.dialog));
    const closer = event.target.closest?.("dialog [data-close]");
    if (closer) closer.closest("dialog").close();
    if (event.target instanceof HTMLDialogElement) event.target.close();
  });
}

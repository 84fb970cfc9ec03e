// What the browser may add to pages that already work without it. It must never fetch, store or send anything.

/** Says at once that a file is too heavy, before a phone sends it for nothing. */
function weighFiles() {
  for (const input of document.querySelectorAll("input[type=file][data-most]")) {
    const warning = document.createElement("p");
    warning.className = "error";
    warning.setAttribute("role", "alert");
    input.before(warning);
    const isTooBig = () => input.files.length > 0 && input.files[0].size > Number(input.dataset.most) * 1e6;
    input.addEventListener("change", () => {
      warning.textContent = isTooBig() ? input.dataset.tooBig : "";
    });
    input.form.addEventListener("submit", (event) => {
      if (!isTooBig()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      input.focus();
    });
  }
}

/** Shows the buttons that copy a text of the page, or print it: they do nothing without script. */
function copyAndPrint() {
  for (const button of document.querySelectorAll("[data-copies]")) {
    if (!navigator.clipboard) continue; // the text can still be selected
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
      button.textContent = button.dataset.done;
    });
  }
  for (const button of document.querySelectorAll("[data-prints]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

/** Ignores the second tap of a double tap, so that a form does not leave twice. */
function sendOnce() {
  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 3000); // a download leaves the page where it is
    });
  }
  // A page that comes back from the browser's memory can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
}

weighFiles(); // before sendOnce: a file that stays here was not sent
copyAndPrint();
sendOnce();

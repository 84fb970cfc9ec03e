// What the browser may add to the letter editor, whose pages already work without it: inserting where the cursor is, the
// letter drawn again while one writes, the law book beside the text. It must never keep or send anything elsewhere.

const PAUSE_MS = 900;

/** The field in which the palette of this page writes. */
function target() {
  const palette = document.querySelector(".palette[data-field]");
  return palette ? document.getElementById(palette.dataset.field) : null;
}

/** Puts a snippet at the cursor: a block on lines of its own, a word with a space where one is missing. */
function insert(snippet) {
  const field = target();
  if (!field || !snippet) return;
  const before = field.value.slice(0, field.selectionStart);
  let text = snippet;
  if (text.includes("\n")) {
    const missing = before === "" ? 0 : 2 - (before.match(/\n*$/)[0].length);
    text = "\n".repeat(Math.max(0, missing)) + text.replace(/^\n+|\n+$/g, "") + "\n\n";
  } else if (before !== "" && !/\s$/.test(before) && !text.endsWith("|cite }}") && !/[«(’'\n]$/.test(before)) {
    text = ` ${text}`;
  }
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Buttons that insert do so at the cursor instead of sending the form; so does the list of cases. */
function insertAtCursor() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-insert], button[data-insert-from]");
    if (!button || !target()) return;
    event.preventDefault();
    const list = button.dataset.insertFrom ? document.getElementById(button.dataset.insertFrom) : null;
    insert(list ? list.selectedOptions[0]?.dataset.insert : button.dataset.insert);
  });
}

/** A fault's link selects its line in the text. */
function goToLine() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    const field = document.getElementById("body");
    if (!link || !field) return;
    event.preventDefault();
    const lines = field.value.split("\n");
    const start = lines.slice(0, Number(link.dataset.line) - 1).join("\n").length + (link.dataset.line > 1 ? 1 : 0);
    field.focus();
    field.setSelectionRange(start, start + (lines[Number(link.dataset.line) - 1] ?? "").length);
    field.scrollTop = (start / Math.max(1, field.value.length)) * field.scrollHeight - field.clientHeight / 3;
  });
}

/** Takes one part out of a page of ours; null when the page has not got it. */
async function partOf(response, id) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.getElementById(id);
}

/** Draws the letter again a moment after the last key; the newest text wins. */
function drawAgain() {
  const form = document.querySelector("form[data-preview]");
  const shown = document.getElementById("apercu");
  if (!form || !shown) return;
  let waiting = 0;
  let asked = null;
  let family = shown.querySelector("a[aria-current]")?.dataset.family ?? "";
  const sayLate = () => {
    const late = document.createElement("p");
    late.className = "error";
    late.textContent = shown.dataset.late;
    shown.querySelector("p.error")?.remove();
    shown.prepend(late);
  };
  const draw = async () => {
    asked?.abort();
    asked = new AbortController();
    const sent = new FormData(form);
    sent.append("famille", family);
    shown.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(form.dataset.preview, { method: "POST", body: sent, signal: asked.signal });
      const drawn = await partOf(response, "apercu");
      if (drawn) shown.replaceChildren(...drawn.childNodes);
      else sayLate();
      shown.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name === "AbortError") return; // a newer text is on its way
      sayLate();
      shown.removeAttribute("aria-busy");
    }
  };
  form.elements.body.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, PAUSE_MS);
  });
  shown.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-family]");
    if (!link) return;
    event.preventDefault();
    family = link.dataset.family;
    draw();
  });
}

/** Finds texts of law beside the letter instead of leaving the page. */
function searchHere() {
  const form = document.querySelector("form[data-law]");
  const found = document.getElementById("lois");
  if (!form || !found) return;
  const search = async (event) => {
    event.preventDefault();
    const response = await fetch(`${form.dataset.law}?q=${encodeURIComponent(form.elements.loi.value)}`);
    const part = await partOf(response, "lois");
    if (!part) return;
    // Only the buttons: the token of these forms would stand twice in the one they come into.
    part.querySelectorAll("form").forEach((inner) => inner.replaceWith(...inner.querySelectorAll("button")));
    found.replaceChildren(...part.childNodes);
  };
  form.querySelector("[data-search]").addEventListener("click", search);
  form.elements.loi.addEventListener("keydown", (event) => {
    if (event.key === "Enter") search(event);
  });
}

/** Shows only what the chosen kind of answer needs; everything stays in the form. */
function fitTheKind() {
  const form = document.querySelector("form[data-question]");
  if (!form) return;
  const fit = () => {
    const kind = form.querySelector("input[name=kind]:checked")?.value ?? "";
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
  };
  form.addEventListener("change", fit);
  fit();
}

/** Warns before leaving a text that was not saved, and puts the cursor at the end after an insertion without script. */
function keepWhatIsTyped() {
  const form = document.getElementById("ecrire");
  if (!form) return;
  const field = form.elements.body;
  const saved = field.value;
  let isLeaving = false;
  form.addEventListener("submit", () => { isLeaving = true; });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && field.value !== saved) event.preventDefault();
  });
  if ("end" in field.dataset) field.setSelectionRange(field.value.length, field.value.length);
}

insertAtCursor();
goToLine();
drawAgain();
searchHere();
fitTheKind();
keepWhatIsTyped();

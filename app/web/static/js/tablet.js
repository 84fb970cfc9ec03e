// On the shared tablet of a workshop: what one tab forgets, the others let go of at once. Without script each page goes
// back to the first screen by itself. It must never read what a page says.

const channel = new BroadcastChannel("atelier");

/** The first screen, free for the next family, sends every other tab back to itself. */
function sendOthersHome() {
  if (document.querySelector("[data-tablet=free]")) channel.postMessage("next");
}

channel.addEventListener("message", () => {
  if (!document.querySelector("[data-tablet=free]")) location.replace("/atelier");
});

// A page that the browser brings back from its memory asks the server again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

sendOthersHome();

"use strict";

// What a browser needs that textual.js leaves to its page; it is loaded after that.

const terminal = document.querySelector(".textual-terminal");
const look = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
terminal.dataset.sessionWebsocketUrl += `/${look}`;

const typedInto = () => terminal.querySelector("textarea");

// Else nothing that is typed arrives before a first click; once they have ended, Enter starts the screens again.
const stages = { "-loaded": typedInto, "-closed": () => document.querySelector("#ended a") };
new MutationObserver(() => {
  for (const [stage, taker] of Object.entries(stages)) {
    if (document.body.classList.contains(stage)) {
      taker().focus();
      delete stages[stage];
    }
  }
}).observe(document.body, { attributeFilter: ["class"] });

// xterm.js takes what it would copy if asked, which is the only way to learn that there is something.
function somethingIsSelected() {
  const asked = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
  typedInto().dispatchEvent(asked);
  return asked.defaultPrevented;
}

// Ctrl+V, and Ctrl+C for a selection, are left to the browser; all else goes to the screens.
addEventListener(
  "keydown",
  (event) => {
    const key = event.ctrlKey && !event.altKey && !event.metaKey ? event.key.toLowerCase() : "";
    if (key === "v" || (key === "c" && somethingIsSelected())) {
      event.stopPropagation();
    }
  },
  true,
);

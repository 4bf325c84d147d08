// Copies the link to exactly this view.

import { element } from "../dom.js";

const SAID = 2000; // milliseconds for which the button says what happened

// `address()` gives the link.
export function copyButton(address) {
  const button = element("button", { type: "button", class: "plain" }, "Copy link");
  button.title = "Copy a link to this frame, these panes and settings";
  button.addEventListener("click", async () => {
    const copied = await copy(address());
    button.textContent = copied ? "Copied" : "It is in the address bar";
    setTimeout(() => (button.textContent = "Copy link"), SAID);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text); // only in pages with TLS or of this machine
    return true;
  } catch {
    return false;
  }
}

// Looping: all of the video, or a range whose ends are set at the frame that is shown.

import { element } from "../dom.js";

export class LoopControls {
  #box = element("input", { type: "checkbox", class: "loop" });
  #range = element("button", { type: "button", hidden: true });

  // `actions`: loop(on), startLoop(), endLoop(), forgetLoop().
  constructor(actions) {
    this.#box.addEventListener("change", () => actions.loop(this.#box.checked));
    this.#range.title = "Loop all of the video again";
    this.#range.addEventListener("click", () => actions.forgetLoop());
    const verbs = [
      ["[", "Repeat from this frame on ([)", () => actions.startLoop()],
      ["]", "Repeat up to this frame (])", () => actions.endLoop()],
    ].map(([text, title, verb]) => {
      const button = element("button", { type: "button", title, "aria-label": title }, text);
      button.addEventListener("click", verb);
      return button;
    });
    const label = element("label", {}, this.#box, "Loop");
    const ends = element("span", { class: "verbs" }, ...verbs, this.#range);
    this.root = element("span", { class: "group" }, label, ends);
  }

  show({ isOn, range }) {
    this.#box.checked = isOn;
    this.#range.hidden = range === null;
    this.#range.textContent = range === null ? "" : `${range.join("–")} ×`;
  }
}

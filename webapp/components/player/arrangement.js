// How many panes there are, and whether two of them lie on top of each other.

import { element } from "../dom.js";
import { FEWEST, MOST } from "./pane_grid.js";

const SLIDERS = { wipe: "Wipe", blend: "Blend" };

// `shown`: {panes, mode, share}; `actions`: panes(mode, count), share(share).
export function arrangement({ panes, mode, share }, actions) {
  const choice = element("select", { "aria-label": "Panes", class: "speed" });
  for (let count = FEWEST; count <= MOST; count += 1) {
    choice.append(element("option", { value: count }, `${count} panes`));
  }
  choice.append(element("option", { value: "wipe" }, "Wipe"));
  choice.append(element("option", { value: "blend" }, "Blend"));
  choice.value = mode === "side" ? String(panes) : mode;

  const slider = element("input", { type: "range", min: 0, max: 100, class: "share" });
  slider.value = String(Math.round(100 * share));
  slider.addEventListener("input", () => actions.share(Number(slider.value) / 100));
  const name = element("span");
  const label = element("label", {}, name, slider);
  const tell = () => {
    label.hidden = !(choice.value in SLIDERS);
    name.textContent = SLIDERS[choice.value] ?? "";
  };
  choice.addEventListener("change", () => {
    choice.blur(); // so that space and arrows are the Player's again
    tell();
    const isOnTop = choice.value in SLIDERS;
    actions.panes(isOnTop ? choice.value : "side", isOnTop ? FEWEST : Number(choice.value));
  });
  tell();
  return element("span", { class: "group" }, choice, label);
}

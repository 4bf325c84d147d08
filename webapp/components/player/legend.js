// The classes: name, colour and share of this frame's pixels. A click hides one or shows it again;
// pointing at one shows it alone.

import { element } from "../dom.js";

export class Legend {
  #rows;
  #shares = new Float64Array(256);

  // `change({hidden, lit})` is called when what is to be painted changes.
  constructor(names, colours, change) {
    this.hidden = new Set();
    this.#rows = names.map((name, id) => this.#row(name, colours[id], id, change));
    this.root = element("div", { class: "legend", role: "group", "aria-label": "Classes" });
    this.root.append(...this.#rows.map((row) => row.button));
  }

  // Counts the pixels of each class; null where the frame has no labels.
  show(labels) {
    this.#shares.fill(0);
    if (labels !== null) {
      for (const id of labels.labels) this.#shares[id] += 1;
    }
    const total = labels === null ? 0 : labels.labels.length;
    this.#rows.forEach(({ share, bar }, id) => {
      const percent = total === 0 ? 0 : (100 * this.#shares[id]) / total;
      share.textContent = total === 0 ? "–" : formatPercent(percent);
      bar.style.width = `${percent}%`;
    });
  }

  #row(name, [red, green, blue], id, change) {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = `rgb(${red}, ${green}, ${blue})`;
    const bar = element("span", { class: "bar" });
    bar.style.background = swatch.style.background;
    const share = element("span", { class: "share" });
    const title = element("span", { class: "name" });
    title.textContent = name;
    const button = element(
      "button",
      { type: "button", class: "class", "aria-pressed": "true", "data-class": id },
      swatch,
      title,
      share,
      element("span", { class: "track" }, bar),
    );
    button.title = "Click to hide or show, point to show alone";
    const tell = (lit) => change({ hidden: this.hidden, lit });
    button.addEventListener("click", () => {
      if (!this.hidden.delete(id)) this.hidden.add(id);
      button.setAttribute("aria-pressed", String(!this.hidden.has(id)));
      tell(null);
    });
    button.addEventListener("pointerenter", () => tell(this.hidden.has(id) ? null : id));
    button.addEventListener("pointerleave", () => tell(null));
    return { button, share, bar };
  }
}

function formatPercent(percent) {
  if (percent === 0) return "0%";
  return percent < 0.1 ? "<0.1%" : `${percent.toFixed(percent < 10 ? 1 : 0)}%`;
}

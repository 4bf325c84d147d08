// The classes: name, colour and share of this frame's pixels, by each of the label maps shown. A click hides one or shows it again;
// pointing at one shows it alone.

import { element } from "../dom.js";

export class Legend {
  #rows;

  // `change({hidden, lit})` is called when what is to be painted changes; `hidden`: ids of the
  // classes that are hidden at first.
  constructor(names, colours, change, hidden = []) {
    this.hidden = new Set(hidden);
    this.#rows = names.map((name, id) => this.#row(name, colours[id], id, change));
    this.root = element("div", { class: "legend", role: "group", "aria-label": "Classes" });
    this.root.append(...this.#rows.map((row) => row.button));
  }

  // Counts the pixels of each class in {labels, classes}; `classes` tells the id here of an id in
  // the map, where they differ. Null where the frame has no labels.
  show(...maps) {
    const shares = maps.map(countShares);
    this.#rows.forEach(({ share, track }, id) => {
      share.textContent = shares.map((found) => (found ? formatPercent(found[id]) : "–")).join(" / ");
      while (track.children.length > maps.length) track.lastChild.remove();
      while (track.children.length < maps.length) track.append(bar(track.dataset.colour));
      shares.forEach((found, place) => {
        track.children[place].firstChild.style.width = `${found ? found[id] : 0}%`;
      });
    });
  }

  #row(name, [red, green, blue], id, change) {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = `rgb(${red}, ${green}, ${blue})`;
    const track = element("span", { class: "tracks", "data-colour": swatch.style.background });
    const share = element("span", { class: "share" });
    const title = element("span", { class: "name" });
    title.textContent = name;
    const button = element(
      "button",
      { type: "button", class: "class", "aria-pressed": String(!this.hidden.has(id)), "data-class": id },
      swatch,
      title,
      share,
      track,
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
    return { button, share, track };
  }
}

function countShares(map) {
  if (map === null) return null;
  const { labels, classes = null } = map;
  const counts = new Float64Array(256);
  for (const id of labels) counts[id] += 1;
  const shares = new Float64Array(256);
  counts.forEach((count, id) => (shares[classes ? classes[id] : id] += (100 * count) / labels.length));
  return shares;
}

function bar(colour) {
  const filled = element("span", { class: "bar" });
  filled.style.background = colour;
  return element("span", { class: "track" }, filled);
}

function formatPercent(percent) {
  if (percent === 0) return "0%";
  return percent < 0.1 ? "<0.1%" : `${percent.toFixed(percent < 10 ? 1 : 0)}%`;
}

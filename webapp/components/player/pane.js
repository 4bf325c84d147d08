// One pane: a canvas under the choice of what it shows.

import { element, iconButton } from "../dom.js";
import { saveFile } from "./save_file.js";

export class Pane {
  #views;
  #viewport;
  #canvas = element("canvas", { class: "pane-canvas", role: "img" });
  #choice = element("select", { class: "view" });
  #note = element("span", { class: "note" });
  #scale = element("div", { class: "pane-scale", hidden: true });
  #scaled = null; // the view whose scale is written
  #notice = element("div", { class: "notice", hidden: true });

  // `viewport`: what part of the picture is shown; `changed()` is called when another view was
  // chosen.
  constructor(views, key, { number, viewport, changed }) {
    this.#viewport = viewport;
    this.#views = new Map(views.map((view) => [view.key, view]));
    this.#choice.setAttribute("aria-label", `Pane ${number} shows`);
    for (const view of views) {
      this.#choice.append(element("option", { value: view.key }, view.title));
    }
    this.#choice.addEventListener("change", () => {
      this.#choice.blur(); // so that space and arrows are the Player's again
      changed();
    });
    this.#choice.value = this.#views.has(key) ? key : views[0].key;
    const save = iconButton("save", "Save this pane as a picture");
    save.addEventListener("click", () => this.#save());
    const caption = element("div", { class: "caption" }, this.#choice, this.#note, save);
    this.root = element("div", { class: "pane" }, this.#canvas, caption, this.#notice, this.#scale);
  }

  get canvas() {
    return this.#canvas;
  }

  get view() {
    return this.#views.get(this.#choice.value);
  }

  // Paints `frame` on `picture` with what `labelsOf(layer, frame)` gives; see the views.
  paint(picture, given) {
    const { width, height } = picture;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext("2d");
    context.save();
    context.fillStyle = "#0b0d10";
    context.fillRect(0, 0, width, height);
    const { scale, left, top } = this.#viewport.place(picture, picture);
    context.setTransform(scale, 0, 0, scale, left, top);
    const { note, counts = {}, isMissing = false } = this.view.draw(context, picture, given);
    context.restore();
    this.#note.textContent = note;
    this.#note.hidden = note === "";
    this.#writeScale();
    this.#tell(given.frame, isMissing);
    this.#describe(given.frame, isMissing, counts);
  }

  // The place of a pointer as shares of the picture, or null outside of it.
  imagePlace(event) {
    const box = this.#canvas.getBoundingClientRect();
    const { scale, left, top } = this.#viewport.place(box, this.#canvas);
    const x = (event.clientX - box.left - left) / (scale * this.#canvas.width);
    const y = (event.clientY - box.top - top) / (scale * this.#canvas.height);
    return x >= 0 && y >= 0 && x < 1 && y < 1 ? { x, y } : null;
  }

  // Shares of the picture that one pixel of the page covers.
  imageStep() {
    const box = this.#canvas.getBoundingClientRect();
    const { scale } = this.#viewport.place(box, this.#canvas);
    return { x: 1 / (scale * this.#canvas.width), y: 1 / (scale * this.#canvas.height) };
  }

  #save() {
    const { view, frame } = this.#canvas.dataset;
    this.#canvas.toBlob((picture) => saveFile(picture, `frame ${frame} ${view}.png`), "image/png");
  }

  // What the view's colours mean, where they are not those of classes.
  #writeScale() {
    if (this.#scaled === this.view) return;
    this.#scaled = this.view;
    const { scale = [] } = this.view;
    this.#scale.hidden = scale.length === 0;
    this.#scale.replaceChildren(...scale.map(scaleEntry));
  }

  #tell(frame, isMissing) {
    const outside = this.view.layers.find((layer) => !layer.covers(frame));
    const verb = outside?.kind === "truth" ? "labelled" : "segmented";
    this.#notice.hidden = !isMissing;
    this.#notice.textContent = outside ? `Not ${verb} here` : "Labels are missing";
  }

  // What the canvas shows, for whoever looks at the page from outside.
  #describe(frame, isMissing, { different = "", compared = "", flickering = "" }) {
    const { kind, key, title, layers } = this.view;
    this.#canvas.setAttribute("aria-label", `${title}, frame ${frame}`);
    const labelsFrame = isMissing || layers.length === 0 ? "" : frame;
    const told = { pane: kind, view: key, frame, labelsFrame, different, compared, flickering };
    Object.assign(this.#canvas.dataset, told);
  }
}

function scaleEntry({ colours, text }) {
  const swatches = colours.map(([red, green, blue, alpha]) => {
    const swatch = element("span", { class: "pane-swatch" });
    swatch.style.background = `rgb(${red} ${green} ${blue} / ${alpha / 255})`;
    return swatch;
  });
  return element("span", { class: "pane-scale-entry" }, ...swatches, text);
}

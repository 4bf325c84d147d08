// One frame, looked at closely: its labels over the image and, where there is a prediction, source,
// truth, prediction and difference side by side. All panes zoom and move together.

import { element } from "../dom.js";
import { NO_CLASS, colourTable, painted } from "../frames/colour.js";
import { loadImage } from "../frames/fetched.js";
import { listenToGestures } from "../frames/gestures.js";
import { loadLabels } from "../frames/label_map.js";
import { Viewport } from "../frames/viewport.js";
import { Legend } from "../player/legend.js";
import { Judgement } from "./judgement.js";
import { Pane } from "./pane.js";

const OPACITY = 0.6;

const mounted = new WeakMap(); // parent element -> view

// Called again whenever the page around is drawn anew: another frame appears in the same panes.
export function mount({ parentElement, data }) {
  let view = mounted.get(parentElement);
  if (view === undefined) {
    view = new FrameView();
    mounted.set(parentElement, view);
    parentElement.append(view.root);
  }
  view.show(data);
  return () => {
    mounted.get(parentElement)?.dispose();
    mounted.delete(parentElement);
  };
}

class FrameView {
  #asked = null; // the data, as text
  #data = null;
  #aborter = new AbortController();
  #frame = null; // {image, truth, prediction}
  #judgement = null;
  #layers = {}; // pane -> canvas
  #panes = [];
  #opacity = OPACITY;
  #shown = { hidden: new Set(), lit: null };
  #legend = null;
  #viewport = new Viewport(() => this.#draw());
  #grid = element("div", { class: "panes" });
  #readout = element("output", { class: "readout" });
  #trouble = element("div", { class: "trouble", role: "alert", hidden: true });
  #classes = element("div");
  #watcher = new ResizeObserver(() => this.#draw());

  constructor() {
    const tools = element("div", { class: "tools" }, this.#slider(), this.#zoomButtons());
    tools.append(this.#readout);
    const parts = [this.#grid, tools, this.#trouble, this.#classes];
    this.root = element("div", { class: "frame-view", "data-state": "loading" }, ...parts);
    this.#watcher.observe(this.#grid);
  }

  dispose() {
    this.#aborter.abort();
    this.#watcher.disconnect();
    this.#frame?.image.close();
    this.root.remove();
  }

  async show(data) {
    const asked = JSON.stringify(data);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#aborter.abort();
    this.#aborter = new AbortController();
    this.root.dataset.state = "loading";
    try {
      const frame = await load(data, this.#aborter.signal);
      if (this.#asked === asked) this.#take(data, frame);
      else frame.image.close();
    } catch (error) {
      if (this.#asked === asked) this.#fail(error);
    }
  }

  #take(data, frame) {
    const old = this.#frame;
    this.#frame = frame;
    this.#trouble.hidden = true;
    this.#makeLegend(data);
    this.#data = data;
    const { truth, prediction } = frame;
    const judgement = truth && prediction && new Judgement(truth, prediction, data.highlight);
    this.#judgement = judgement?.isFitting ? judgement : null;
    this.#arrange();
    const { width, height } = frame.image;
    this.#grid.style.setProperty("--shape", `${width} / ${height}`);
    if (old !== null && (old.image.width !== width || old.image.height !== height)) {
      this.#viewport.reset();
    }
    this.#legend.show(truth ?? prediction);
    this.#paint();
    this.#read(null);
    old?.image.close();
    this.root.dataset.frame = data.image;
    this.root.dataset.state = "ready";
  }

  #fail(error) {
    this.root.dataset.state = "failed";
    this.#trouble.textContent = error.message;
    this.#trouble.hidden = false;
  }

  #makeLegend(data) {
    const { names, colours } = data;
    const before = JSON.stringify([this.#data?.names, this.#data?.colours]);
    if (before === JSON.stringify([names, colours])) return;
    this.#shown = { hidden: new Set(), lit: null };
    this.#legend = new Legend(names, colours, (shown) => {
      this.#shown = shown;
      this.#paint();
    });
    this.#classes.replaceChildren(this.#legend.root);
  }

  // The panes that this frame needs; they stay as they are where the frame before had the same.
  #arrange() {
    const wanted = paneTitles(this.#frame, this.#judgement);
    const names = Object.keys(wanted);
    if (this.#panes.map((pane) => pane.name).join() !== names.join()) {
      this.#panes = names.map((name) => new Pane(name, wanted[name], this.#viewport));
      for (const pane of this.#panes) {
        listenToGestures(pane, this.#viewport, {
          hover: (where, event) => this.#hover(where, event),
          leave: () => this.#read(null),
          twice: ({ x, y }) => this.#viewport.zoomIn(x, y),
        });
      }
      this.#grid.replaceChildren(...this.#panes.map((pane) => pane.root));
      this.#grid.dataset.count = names.length;
    }
    for (const pane of this.#panes) {
      const more = pane.name === "difference" ? ` · ${this.#judgement.caption(this.#data.names)}` : "";
      pane.caption = wanted[pane.name] + more;
    }
    this.#layers = this.#judgement === null ? {} : { difference: this.#judgement.layer() };
  }

  #paint() {
    if (this.#frame === null) return;
    const table = colourTable(this.#data.colours, this.#shown);
    const { truth, prediction } = this.#frame;
    for (const [name, map] of [["labels", truth], ["prediction", prediction]]) {
      if (map === null) continue;
      this.#layers[name] = painted(map, (index) => table[map.labels[index]], this.#layers[name]);
    }
    this.#draw();
  }

  #draw() {
    if (this.#frame === null) return;
    for (const pane of this.#panes) {
      const opacity = pane.name === "difference" ? 1 : this.#opacity;
      pane.draw(this.#frame.image, this.#layers[pane.name] ?? null, opacity);
      pane.root.classList.toggle("zoomed", this.#viewport.zoom > 1);
    }
  }

  #hover(pane, event) {
    const place = pane.imagePlace(event);
    this.#read(place);
    for (const other of this.#panes) other.mark(other === pane ? null : place);
  }

  #read(place) {
    if (place === null) for (const pane of this.#panes) pane.mark(null);
    const { truth, prediction } = this.#frame ?? { truth: null, prediction: null };
    if (place === null) {
      this.#readout.textContent = truth === null ? "" : withoutClass(truth);
      return;
    }
    const parts = [];
    if (truth !== null) parts.push(`${prediction === null ? "" : "truth "}${this.#name(truth, place)}`);
    if (prediction !== null) parts.push(`predicted ${this.#name(prediction, place)}`);
    const { width, height } = this.#frame.image;
    parts.push(`x ${Math.floor(place.x * width)}, y ${Math.floor(place.y * height)}`);
    this.#readout.textContent = parts.join(" · ");
  }

  #name({ width, height, labels }, { x, y }) {
    const id = labels[Math.floor(y * height) * width + Math.floor(x * width)];
    return id === NO_CLASS ? "no class" : (this.#data.names[id] ?? `class ${id}`);
  }

  #slider() {
    const value = Math.round(100 * OPACITY);
    const slider = element("input", { type: "range", min: 0, max: 100, value, class: "opacity" });
    const shown = element("span", { class: "percent" }, `${value}%`);
    slider.addEventListener("input", () => {
      shown.textContent = `${slider.value}%`;
      this.#opacity = Number(slider.value) / 100;
      this.#draw();
    });
    return element("label", {}, "Labels ", slider, shown);
  }

  #zoomButtons() {
    const verbs = [
      ["−", "Zoom out", () => this.#viewport.zoomOut()],
      ["+", "Zoom in (or double-click, or Ctrl and wheel)", () => this.#viewport.zoomIn()],
      ["Fit", "Show all of the image", () => this.#viewport.reset()],
    ];
    const buttons = verbs.map(([text, title, verb]) => {
      const button = element("button", { type: "button", title, "aria-label": title }, text);
      button.addEventListener("click", verb);
      return button;
    });
    return element("span", { class: "zoom", role: "group", "aria-label": "Zoom" }, ...buttons);
  }
}

async function load({ image, labels, prediction }, signal) {
  const map = (url) => (url === null ? null : loadLabels(url, signal));
  const [picture, truth, predicted] = await Promise.all([
    loadImage(image, signal),
    map(labels),
    map(prediction),
  ]);
  return { image: picture, truth, prediction: predicted };
}

function paneTitles({ truth, prediction }, judgement) {
  if (prediction === null) return { labels: truth === null ? "Not labelled" : "" };
  const panes = { source: "Source" };
  if (truth !== null) panes.labels = "Truth";
  panes.prediction = "Prediction";
  if (judgement !== null) panes.difference = "Difference";
  return panes;
}

function withoutClass({ labels }) {
  let count = 0;
  for (const id of labels) count += id === NO_CLASS ? 1 : 0;
  return count === 0 ? "" : `${((100 * count) / labels.length).toFixed(1)}% of pixels have no class`;
}

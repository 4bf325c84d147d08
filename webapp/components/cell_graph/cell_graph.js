// A cell as a graph. Boxes and wires come with their places; here they are drawn, made as large as
// the page allows, and whatever somebody points at is explained beside it.

import { element } from "../dom.js";
import { drawnBox, drawnWire, shape } from "./drawing.js";

const SMALLEST = 0.78; // below that texts cannot be read: the drawing scrolls sideways instead
const LARGEST = 1.15;
const MARGIN = 6; // around the drawing, for outlines
const AWAY = 8; // of the explanation from its box

const mounted = new WeakMap(); // parent element -> graph

// Called again whenever the page around is drawn anew: another cell appears in the same place.
export function mount({ parentElement, data }) {
  let graph = mounted.get(parentElement);
  if (graph === undefined) {
    graph = new CellGraph();
    mounted.set(parentElement, graph);
    parentElement.append(graph.root);
  }
  graph.show(data);
  return () => {
    mounted.get(parentElement)?.dispose();
    mounted.delete(parentElement);
  };
}

class CellGraph {
  #shown = "";
  #data = null;
  #svg = null;
  #boxes = new Map(); // id -> {group, box}
  #wires = []; // {group, wire}
  #scroller = element("div", { class: "scroller" });
  #told = element("div", { class: "told", role: "status", hidden: true });
  #watcher = new ResizeObserver(() => this.#fit());
  root = element("div", { class: "cell-graph" }, this.#scroller, this.#told);

  constructor() {
    this.#watcher.observe(this.root);
    this.#scroller.addEventListener("scroll", () => this.#explain(null));
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#explain(null);
    });
  }

  dispose() {
    this.#watcher.disconnect();
    this.root.remove();
  }

  show(data) {
    const wanted = JSON.stringify(data);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#data = data;
    const focused = this.root.getRootNode().activeElement?.dataset?.box;
    this.#explain(null);
    this.#draw();
    this.#fit();
    if (focused !== undefined) this.#boxes.get(focused)?.group.focus();
    this.root.dataset.boxes = data.boxes.filter((box) => box.kind === "node").length;
  }

  #draw() {
    const { boxes, wires, width, height, label } = this.#data;
    const view = [-MARGIN, -MARGIN, width + 2 * MARGIN, height + 2 * MARGIN];
    this.#svg = shape("svg", { viewBox: view.join(" "), role: "group", "aria-label": label });
    this.#wires = wires.map((wire) => ({ wire, group: drawnWire(wire) }));
    this.#boxes = new Map(boxes.map((box) => [box.id, { box, group: drawnBox(box) }]));
    for (const { box, group } of this.#boxes.values()) {
      group.addEventListener("pointerenter", () => this.#explain(box));
      group.addEventListener("pointerleave", () => this.#explain(null));
      group.addEventListener("focus", () => this.#explain(box));
      group.addEventListener("blur", () => this.#explain(null));
    }
    this.#svg.append(...this.#wires.map(({ group }) => group));
    this.#svg.append(...[...this.#boxes.values()].map(({ group }) => group));
    this.#scroller.replaceChildren(this.#svg);
  }

  #fit() {
    if (this.#svg === null || this.root.clientWidth === 0) return;
    const width = this.#data.width + 2 * MARGIN;
    const scale = Math.min(LARGEST, Math.max(SMALLEST, this.root.clientWidth / width));
    this.#svg.setAttribute("width", Math.floor(scale * width));
    this.#svg.setAttribute("height", Math.ceil(scale * (this.#data.height + 2 * MARGIN)));
    this.#scroller.classList.toggle("wider", scale * width > this.root.clientWidth + 1);
  }

  // Shows what a box is, and which wires are its own; null shows everything alike again.
  #explain(box) {
    this.#told.hidden = box === null;
    for (const { wire, group } of this.#wires) {
      const isOwn = box !== null && (wire.source === box.id || wire.target === box.id);
      group.classList.toggle("lit", isOwn);
      group.classList.toggle("dim", box !== null && !isOwn);
    }
    if (box === null) return;
    const [heading, ...lines] = box.told;
    this.#told.replaceChildren(
      element("strong", {}, heading),
      ...lines.map((line) => element("div", {}, line)),
    );
    this.#place(this.#boxes.get(box.id).group.getBoundingClientRect());
  }

  // Under the box where the drawing goes on below it, else above; always within the page's width.
  #place(box) {
    const around = this.root.getBoundingClientRect();
    const { width, height } = this.#told.getBoundingClientRect();
    const left = Math.min(box.left - around.left, around.width - width);
    const below = box.bottom - around.top + AWAY;
    const above = box.top - around.top - height - AWAY;
    const hasRoom = box.bottom + AWAY + height < window.innerHeight;
    this.#told.style.left = `${Math.max(0, left)}px`;
    this.#told.style.top = `${hasRoom ? below : above}px`;
  }
}

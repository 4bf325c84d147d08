// Parallel coordinates. Lines are drawn on one canvas; axes, marks and labels are SVG above it.
// A drag along an axis marks a range of it, a click on an axis takes its mark away.

import { element } from "../dom.js";
import { Axis, shape } from "./axis.js";
import { drawLines, nearestLine } from "./lines.js";

const HEIGHT = 340;
const TOP = 56; // for labels and the upper end's number
const BOTTOM = 24; // for the lower end's number
const SIDE = 62; // half of what a label is wide
const NARROWEST = 96; // between axes; narrower and the plot scrolls sideways

const mounted = new WeakMap(); // parent element -> plot

// Called again whenever the page around is drawn anew; other lines appear in the same place.
export function mount({ parentElement, data, setTriggerValue }) {
  let plot = mounted.get(parentElement);
  if (plot === undefined) {
    plot = new Parallel();
    mounted.set(parentElement, plot);
    parentElement.append(plot.root);
  }
  plot.mark = (key, low, high) => setTriggerValue("marked", { key, low, high });
  plot.show(data);
  return () => {
    mounted.get(parentElement)?.dispose();
    mounted.delete(parentElement);
  };
}

class Parallel {
  #shown = "";
  #data = { axes: [], lines: [] };
  #axes = [];
  #lit = null;
  #canvas = element("canvas", { "aria-hidden": true });
  #svg = shape("svg", { role: "group" });
  #told = element("div", { class: "told", role: "status", hidden: true });
  #space = element("div", { class: "space" }, this.#canvas, this.#svg, this.#told);
  #watcher = new ResizeObserver(() => this.#lay());
  mark = () => {};
  root = element("div", { class: "parallel" }, this.#space);

  constructor() {
    this.#watcher.observe(this.root);
    this.#svg.addEventListener("pointermove", (event) => this.#point(event));
    this.#svg.addEventListener("pointerleave", () => this.#light(null));
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
    this.#lit = null;
    this.#told.hidden = true;
    this.#lay();
    this.root.dataset.lines = data.lines.length;
    this.root.dataset.marked = data.axes.filter((axis) => axis.marked !== null).length;
  }

  #lay() {
    const { axes, label } = this.#data;
    const wide = this.root.clientWidth;
    if (wide === 0 || axes.length === 0) return;
    const step = Math.max(NARROWEST, (wide - 2 * SIDE) / Math.max(1, axes.length - 1));
    const width = 2 * SIDE + step * (axes.length - 1);
    this.#space.style.width = `${width}px`;
    this.#space.style.height = `${HEIGHT}px`;
    const scale = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(HEIGHT * scale);
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.#svg.setAttribute("aria-label", label);
    this.#axes = axes.map((axis, index) => {
      const place = { x: SIDE + index * step, top: TOP, bottom: HEIGHT - BOTTOM };
      return new Axis(axis, place, (low, high) => this.mark(axis.key, low, high));
    });
    this.#svg.replaceChildren(...this.#axes.map((axis) => axis.group));
    this.#draw();
  }

  #draw() {
    const style = getComputedStyle(this.root);
    const colours = {
      plain: style.getPropertyValue("--line"),
      others: style.getPropertyValue("--others"),
      chosen: style.getPropertyValue("--chosen"),
    };
    drawLines(this.#canvas, this.#axes, this.#data.lines, colours, this.#lit);
  }

  #point(event) {
    if (event.buttons !== 0) return;
    const box = this.#svg.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    this.#light(nearestLine(this.#axes, this.#data.lines, at), at);
  }

  // Shows what a line is; null shows none.
  #light(line, at) {
    if (line !== this.#lit) {
      this.#lit = line;
      this.#draw();
    }
    this.#told.hidden = line === null;
    if (line === null) return;
    const rows = this.#axes.map((axis, index) =>
      element("div", {}, `${axis.label} ${axis.text(line.values[index])}`),
    );
    this.#told.replaceChildren(element("strong", {}, line.name), ...rows);
    const isRight = at.x > this.#space.clientWidth / 2;
    this.#told.style.left = isRight ? "" : `${at.x + 14}px`;
    this.#told.style.right = isRight ? `${this.#space.clientWidth - at.x + 14}px` : "";
    this.#told.style.top = `${Math.max(0, at.y - 30)}px`;
  }
}

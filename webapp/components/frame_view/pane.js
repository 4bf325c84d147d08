// One pane: an image, a coloured layer over it, and the pointer's place in all panes.

import { element } from "../dom.js";

export class Pane {
  #canvas;
  #marker = element("span", { class: "marker", hidden: true, "aria-hidden": true });
  #caption = element("span", { class: "caption" });
  #viewport;
  #image = null;

  // `name` is what tests and styles call the pane.
  constructor(name, title, viewport) {
    this.name = name;
    this.#viewport = viewport;
    this.#canvas = element("canvas", { "data-pane": name, role: "img" });
    this.#canvas.setAttribute("aria-label", title || "The frame in the colours of its classes");
    this.caption = title;
    this.root = element("div", { class: "pane" }, this.#canvas, this.#caption, this.#marker);
  }

  set caption(text) {
    this.#caption.textContent = text;
    this.#caption.hidden = text === "";
  }

  // `layer`: a canvas over the image, or null; `opacity`: of the layer.
  draw(image, layer, opacity) {
    this.#image = image;
    const { width, height } = this.#size();
    if (width === 0 || height === 0) return;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext("2d");
    const { scale, left, top } = this.#viewport.place({ width, height }, image);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(scale, 0, 0, scale, left, top);
    context.globalAlpha = 1;
    context.imageSmoothingEnabled = scale < 2; // single pixels are to be seen as such
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0);
    if (layer === null) return;
    context.imageSmoothingEnabled = false;
    context.globalAlpha = opacity;
    context.drawImage(layer, 0, 0, image.width, image.height);
  }

  // The place of a pointer as shares of the image, or null outside of it.
  imagePlace(event) {
    if (this.#image === null) return null;
    const box = this.#canvas.getBoundingClientRect();
    const { scale, left, top } = this.#viewport.place(box, this.#image);
    const x = (event.clientX - box.left - left) / (scale * this.#image.width);
    const y = (event.clientY - box.top - top) / (scale * this.#image.height);
    return x >= 0 && y >= 0 && x < 1 && y < 1 ? { x, y } : null;
  }

  // Shares of the image that one pixel of the pane covers.
  imageStep() {
    const box = this.#canvas.getBoundingClientRect();
    const { scale } = this.#viewport.place(box, this.#image);
    return { x: 1 / (scale * this.#image.width), y: 1 / (scale * this.#image.height) };
  }

  mark(place) {
    this.#marker.hidden = place === null || this.#image === null;
    if (this.#marker.hidden) return;
    const box = this.#canvas.getBoundingClientRect();
    const { scale, left, top } = this.#viewport.place(box, this.#image);
    const x = left + place.x * this.#image.width * scale;
    const y = top + place.y * this.#image.height * scale;
    this.#marker.style.transform = `translate(${x}px, ${y}px)`;
  }

  #size() {
    const ratio = window.devicePixelRatio || 1;
    return {
      width: Math.round(this.#canvas.clientWidth * ratio),
      height: Math.round(this.#canvas.clientHeight * ratio),
    };
  }
}

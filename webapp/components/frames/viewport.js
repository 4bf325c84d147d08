// What part of the image is looked at: one for all panes, so that they move together.

const LARGEST = 32;
const STEP = 1.5;

export class Viewport {
  #zoom = 1;
  #x = 0.5; // of the image, in the middle of the pane
  #y = 0.5;
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  get zoom() {
    return this.#zoom;
  }

  // Image pixels to pane pixels: {scale, left, top}, of the image's upper left corner.
  place(pane, image) {
    const fit = Math.min(pane.width / image.width, pane.height / image.height);
    const scale = fit * this.#zoom;
    const left = pane.width / 2 - this.#x * image.width * scale;
    const top = pane.height / 2 - this.#y * image.height * scale;
    return { scale, left, top };
  }

  // What `restore` takes: the zoom, and the share of the image in the middle.
  get state() {
    return [this.#zoom, this.#x, this.#y];
  }

  restore([zoom, x, y]) {
    this.#set(Math.min(LARGEST, Math.max(1, zoom)), x, y);
  }

  reset() {
    this.#set(1, 0.5, 0.5);
  }

  // Zooms by `factor`; the point of the image at (x, y), 0..1, stays where it is in the pane.
  zoomBy(factor, x = this.#x, y = this.#y) {
    const zoom = Math.min(LARGEST, Math.max(1, this.#zoom * factor));
    const kept = this.#zoom / zoom;
    this.#set(zoom, x + (this.#x - x) * kept, y + (this.#y - y) * kept);
  }

  zoomIn(x, y) {
    this.zoomBy(STEP, x, y);
  }

  zoomOut() {
    this.zoomBy(1 / STEP);
  }

  // Moves what is looked at by shares of the image.
  moveBy(x, y) {
    this.#set(this.#zoom, this.#x + x, this.#y + y);
  }

  #set(zoom, x, y) {
    const half = 0.5 / zoom;
    this.#zoom = zoom;
    this.#x = Math.min(1 - half, Math.max(half, x));
    this.#y = Math.min(1 - half, Math.max(half, y));
    this.#changed();
  }
}

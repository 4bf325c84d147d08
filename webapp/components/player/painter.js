// Paints the panes: the picture, and the picture under its coloured labels.

const LONGEST_SIDE = 1920; // of a pane's canvas; larger videos are drawn smaller
const DIMMED = 0.12;

export class Painter {
  #source;
  #result;
  #map = document.createElement("canvas");
  #mapPixels = null;
  #colours;
  #table = new Uint32Array(256);

  // `source`, `result`: the panes' canvases; `colours`: [r, g, b] of each class.
  constructor(source, result, colours) {
    this.#source = source;
    this.#result = result;
    this.#colours = colours;
    this.opacity = 0.6;
    this.hidden = new Set(); // classes that are not painted
    this.lit = null; // the one class that is, while it is pointed at
  }

  resize(width, height) {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    for (const canvas of [this.#source, this.#result]) {
      canvas.width = Math.max(1, Math.round(width * scale));
      canvas.height = Math.max(1, Math.round(height * scale));
    }
  }

  // Both panes in one go: `frame` is the number of `image` and of `labels` (null: none there).
  paint(frame, image, labels) {
    const { width, height } = this.#source;
    this.#source.getContext("2d").drawImage(image, 0, 0, width, height);
    this.#source.dataset.frame = frame;
    this.repaint(frame, labels);
  }

  // The result pane again, over the picture that the source pane shows.
  repaint(frame, labels) {
    const { width, height } = this.#result;
    const context = this.#result.getContext("2d");
    context.globalAlpha = 1;
    context.drawImage(this.#source, 0, 0, width, height);
    if (labels !== null) {
      this.#colour(labels);
      context.globalAlpha = this.opacity;
      context.imageSmoothingEnabled = false;
      context.drawImage(this.#map, 0, 0, width, height);
    }
    this.#result.dataset.frame = frame;
    this.#result.dataset.labelsFrame = labels === null ? "" : frame;
  }

  #colour({ width, height, labels }) {
    if (this.#mapPixels === null || this.#map.width !== width || this.#map.height !== height) {
      this.#map.width = width;
      this.#map.height = height;
      this.#mapPixels = new ImageData(width, height);
    }
    this.#fillTable();
    const pixels = new Uint32Array(this.#mapPixels.data.buffer);
    const table = this.#table;
    for (let index = 0; index < labels.length; index += 1) pixels[index] = table[labels[index]];
    this.#map.getContext("2d").putImageData(this.#mapPixels, 0, 0);
  }

  #fillTable() {
    this.#table.fill(0);
    const bytes = new Uint8Array(this.#table.buffer);
    this.#colours.forEach(([red, green, blue], id) => {
      bytes.set([red, green, blue, Math.round(255 * this.#alpha(id))], 4 * id);
    });
  }

  #alpha(id) {
    if (this.lit !== null && this.lit !== id) return DIMMED;
    return this.hidden.has(id) && this.lit !== id ? 0 : 1;
  }
}

// What a pane can show: the picture under the coloured labels of one layer.

import { colourTable } from "../frames/colour.js";
import { Raster } from "./raster.js";

export class LabelsView {
  #layer;
  #colours;
  #raster = new Raster();

  // `colours`: [r, g, b] of each class of the Player.
  constructor(layer, colours) {
    this.#layer = layer;
    this.#colours = colours;
    this.key = layer.key;
    this.kind = layer.kind;
    this.title = layer.title;
    this.layers = [layer];
  }

  // The frames whose labels it takes to show `frame`.
  needs(frame) {
    return [{ layer: this.#layer, frame }];
  }

  // `labelsOf(layer, frame)`: a label map or null; `look`: {opacity, hidden, lit}.
  draw(context, picture, { frame, labelsOf, look }) {
    context.drawImage(picture, 0, 0);
    const map = labelsOf(this.#layer, frame);
    if (map === null) return { note: "", isMissing: true };
    const table = this.#table(look);
    const { labels } = map;
    const coloured = this.#raster.paint(map, (pixels) => {
      for (let index = 0; index < pixels.length; index += 1) pixels[index] = table[labels[index]];
    });
    context.globalAlpha = look.opacity;
    context.imageSmoothingEnabled = false;
    context.drawImage(coloured, 0, 0, picture.width, picture.height);
    return { note: "" };
  }

  #table(look) {
    const shared = colourTable(this.#colours, look);
    return Uint32Array.from(this.#layer.classes, (id) => shared[id]);
  }
}

// What a pane can show: where two layers disagree, and how much of the picture that is.

import { NO_CLASS, colourNumber } from "../frames/colour.js";
import { Raster } from "./raster.js";

const DIFFERENT = colourNumber(255, 45, 120, 235);
const DIMMED = 0.45;

export class DifferenceView {
  #raster = new Raster();

  constructor(one, other) {
    this.key = `${one.key}-${other.key}`;
    this.kind = "difference";
    this.title = `${one.name} differs from ${other.name}`;
    this.layers = [one, other];
  }

  needs(frame) {
    return this.layers.map((layer) => ({ layer, frame }));
  }

  draw(context, picture, { frame, labelsOf }) {
    context.globalAlpha = DIMMED;
    context.drawImage(picture, 0, 0);
    const maps = this.layers.map((layer) => labelsOf(layer, frame));
    if (maps.includes(null)) return { note: "", isMissing: true };
    const grid = maps[0].width >= maps[1].width ? maps[0] : maps[1];
    const [one, other] = maps.map((map, place) => sampled(map, this.layers[place].classes, grid));
    let counts;
    const marked = this.#raster.paint(grid, (pixels) => (counts = mark(pixels, one, other)));
    context.globalAlpha = 1;
    context.imageSmoothingEnabled = false;
    context.drawImage(marked, 0, 0, picture.width, picture.height);
    return { note: told(counts), counts };
  }
}

// The Player's class ids of `map` at the pixels of `grid`, each that of the nearest pixel.
function sampled(map, classes, grid) {
  const { labels, width, height } = map;
  const ids = new Uint8Array(grid.width * grid.height);
  const columns = nearest(width, grid.width);
  const rows = nearest(height, grid.height);
  for (let y = 0, at = 0; y < grid.height; y += 1) {
    const row = rows[y] * width;
    for (let x = 0; x < grid.width; x += 1, at += 1) ids[at] = classes[labels[row + columns[x]]];
  }
  return ids;
}

function nearest(from, to) {
  return Uint32Array.from({ length: to }, (_, at) => Math.floor(((at + 0.5) * from) / to));
}

function mark(pixels, one, other) {
  let different = 0;
  let compared = 0;
  for (let index = 0; index < pixels.length; index += 1) {
    pixels[index] = 0;
    if (one[index] === NO_CLASS || other[index] === NO_CLASS) continue;
    compared += 1;
    if (one[index] === other[index]) continue;
    different += 1;
    pixels[index] = DIFFERENT;
  }
  return { different, compared };
}

function told({ different, compared }) {
  if (compared === 0) return "no class to compare";
  const percent = (100 * different) / compared;
  return `${percent.toFixed(percent < 10 ? 2 : 1)}% of pixels`;
}

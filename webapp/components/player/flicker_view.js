// What a pane can show: where a layer flickers. Pixels that flicker at this very frame are white;
// the others tell by colour in how many of the frames around it they did.

import { colourNumber } from "../frames/colour.js";
import { FlickerWindow } from "./flicker_window.js";
import { Raster } from "./raster.js";

const REACH = 7; // frames on either side: a second in all at 15 frames a second
const DIMMED = 0.4;
const NOW = [255, 255, 255, 255];
const OFTEN = [
  [255, 214, 10, 150], // once
  [255, 159, 10, 190],
  [255, 90, 31, 220],
  [230, 0, 60, 240], // four times and more
];
const WHITE = colourNumber(...NOW);
const HEAT = [0, ...OFTEN.map((colour) => colourNumber(...colour))];
const SCALE = [
  { colours: [NOW], text: "flickers in this frame" },
  { colours: OFTEN, text: `once to four times and more, within ${REACH} frames on either side` },
];

export class FlickerView {
  #layer;
  #window = new FlickerWindow(REACH);
  #raster = new Raster();

  constructor(layer) {
    this.#layer = layer;
    this.key = `flicker-${layer.key}`;
    this.kind = "flicker";
    this.title = `Flicker of ${layer.name}`;
    this.layers = [layer];
    this.scale = SCALE;
  }

  needs(frame) {
    return this.#window.framesAround(frame).map((each) => ({ layer: this.#layer, frame: each }));
  }

  draw(context, picture, { frame, labelsOf }) {
    context.globalAlpha = DIMMED;
    context.drawImage(picture, 0, 0);
    const of = (each) => labelsOf(this.#layer, each);
    const map = of(frame);
    if (map === null) return { note: "", isMissing: true };
    const { counts, now } = this.#window.around(frame, of);
    const marked = this.#raster.paint(map, (pixels) => {
      for (let index = 0; index < pixels.length; index += 1) {
        pixels[index] = HEAT[Math.min(counts[index], HEAT.length - 1)];
      }
      for (const index of now ?? []) pixels[index] = WHITE;
    });
    context.globalAlpha = 1;
    context.imageSmoothingEnabled = false;
    context.drawImage(marked, 0, 0, picture.width, picture.height);
    if (now === null) return { note: "no labels on one side" };
    const percent = (100 * now.length) / map.labels.length;
    return { note: `${percent.toFixed(2)}% now`, counts: { flickering: now.length } };
  }
}

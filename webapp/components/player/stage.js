// What is in the panes: a picture and the labels of exactly its frame. While labels that a pane
// needs are still on their way nothing is painted.

import { Viewport } from "../frames/viewport.js";
import { Gathered } from "./gathered.js";
import { Layer } from "./layer.js";
import { MODES, PaneGrid } from "./pane_grid.js";
import { Picture } from "./picture.js";
import { allViews, firstKeys, firstPair, knownKeys } from "./views.js";

const NARROW = "(width < 56rem)"; // where panes stand below each other, as the style sheet says
const BUDGET = 96 * 1024 * 1024; // bytes of unpacked labels, of all layers together

export class Stage {
  #picture;
  #told;
  #labels = new Gathered();
  #held = null; // {frame, image} waiting for labels
  shown = null; // number of the frame in all panes

  // `first`: what the address tells; `look`: {opacity, hidden, lit}, read at every painting;
  // `backdrop`: lies under the first pane; `told`: waits(), painted(frame, isWhole),
  // missing(sentence), moved(), wiped(), ahead() for the number of frames to fetch.
  constructor(data, { first, look, backdrop }, told) {
    this.look = look;
    this.#told = told;
    this.layers = data.layers.map((each) => new Layer(each, BUDGET / data.layers.length));
    this.viewport = new Viewport(() => this.#move());
    this.#picture = new Picture(data.width, data.height);
    this.panes = this.#makePanes(data, first, backdrop);
  }

  get isWaiting() {
    return this.#held !== null;
  }

  // The picture's size is known, and labels of the first frame are soon wanted.
  open(width, height) {
    this.#picture.resize(width, height);
    for (const layer of this.panes.layers) layer.prefetch(layer.start, 1);
  }

  // Shows a frame; `image` is null for the picture that is there already.
  present(frame, image) {
    this.release();
    for (const layer of this.panes.layers) layer.prefetch(frame, this.#told.ahead());
    const missing = this.panes.needs(frame).filter(({ layer, frame: of }) => !layer.has(of));
    if (missing.length > 0) {
      this.#hold(frame, image, missing);
      return;
    }
    this.#paint(frame, image);
  }

  // Other panes of the frame that is there; one on its way brings them along.
  review() {
    if (this.#held !== null) this.present(this.#held.frame, this.#taken());
    else if (this.shown !== null) this.present(this.shown, null);
  }

  repaint() {
    if (this.shown === null || this.#held !== null) return;
    const given = { frame: this.shown, labelsOf: this.#labels.labelsOf, look: this.look };
    this.panes.paint(this.#picture.canvas, given);
  }

  // What the legend counts: the labels in the panes.
  countable() {
    return this.panes.layers.map((layer) => this.#labels.countable(layer, this.shown));
  }

  // Forgets a frame that waits for its labels.
  release() {
    this.#held?.image?.close();
    this.#held = null;
  }

  dispose() {
    this.release();
    for (const layer of this.layers) layer.dispose();
  }

  // Where nothing is told and panes would stand below each other, two lie on top of each other.
  #makePanes(data, { panes = null, mode = null, share = 0.5 }, backdrop) {
    const makeViews = () => allViews(this.layers, data.colours);
    const isNarrow = panes === null && mode === null && window.matchMedia(NARROW).matches;
    const told = isNarrow ? { panes: firstPair(this.layers), mode: "wipe" } : { panes, mode };
    return new PaneGrid({
      makeViews,
      viewport: this.viewport,
      keys: knownKeys(told.panes ?? [], makeViews()) ?? firstKeys(this.layers),
      mode: MODES.includes(told.mode) ? told.mode : "side",
      share,
      backdrop,
      shape: data.width / data.height,
      changed: () => {
        this.review();
        this.#told.moved();
      },
      wiped: () => this.#told.wiped(),
    });
  }

  #move() {
    this.repaint();
    this.panes.root.classList.toggle("zoomed", this.viewport.zoom > 1);
    this.#told.moved();
  }

  #hold(frame, image, missing) {
    const held = { frame, image };
    this.#held = held;
    this.#told.waits();
    Promise.allSettled(missing.map(({ layer, frame: of }) => layer.load(of))).then((loads) => {
      if (this.#held !== held) return;
      const failed = loads.find(({ status }) => status === "rejected");
      this.#paint(frame, this.#taken());
      if (failed) this.#told.missing(`Labels are missing: ${failed.reason.message}`);
    });
  }

  #taken() {
    const { image } = this.#held;
    this.#held = null;
    return image;
  }

  #paint(frame, image) {
    if (image !== null) this.#picture.take(image);
    image?.close();
    this.shown = frame;
    const isWhole = this.#labels.gather(this.panes.needs(frame));
    this.repaint();
    this.#told.painted(frame, isWhole);
  }
}

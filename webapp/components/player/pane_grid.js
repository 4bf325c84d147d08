// Two to four panes beside each other, or two on top of each other; and what each of them shows.

import { element } from "../dom.js";
import { listenToGestures } from "../frames/gestures.js";
import { joined } from "./joined.js";
import { Pane } from "./pane.js";
import { wipeLine } from "./wipe_line.js";

export const FEWEST = 2;
export const MOST = 4;

// `side`: beside each other; `wipe`: the second covers the first from a line on; `blend`: it
// covers all of it, see-through.
export const MODES = ["side", "wipe", "blend"];

export class PaneGrid {
  #makeViews;
  #viewport;
  #changed;
  #panes = [];

  // `makeViews()` gives fresh views; `backdrop` lies under the first pane; `changed()` is called
  // when panes show something else, `wiped()` when the line was dragged; `mode` is one of `MODES`, `share` says where the line is, or
  // how much the second pane covers.
  constructor({ makeViews, viewport, keys, mode, share, backdrop, shape, changed, wiped }) {
    this.#makeViews = makeViews;
    this.#viewport = viewport;
    this.#changed = changed;
    const line = wipeLine({
      area: () => this.#panes[0].root,
      moved: (share) => {
        this.share = share;
        wiped();
      },
    });
    this.root = element("div", { class: "panes", "data-mode": mode }, line);
    this.share = share;
    this.root.style.setProperty("--ratio", shape);
    const most = mode === "side" ? MOST : FEWEST;
    for (const key of keys.slice(0, most)) this.#add(key);
    while (this.#panes.length < FEWEST) this.#add(this.#unseen());
    this.#panes[0].root.prepend(backdrop);
    this.#arrange();
  }

  get count() {
    return this.#panes.length;
  }

  get mode() {
    return this.root.dataset.mode;
  }

  get share() {
    return Number(this.root.style.getPropertyValue("--share"));
  }

  set share(share) {
    this.root.style.setProperty("--share", share);
  }

  // Keys of the views shown.
  get keys() {
    return this.#panes.map((pane) => pane.view.key);
  }

  // All of them as they are now, as one picture.
  picture() {
    return joined(this.#panes.map(({ canvas }) => canvas), { mode: this.mode, share: this.share });
  }

  // The layers that any of them is made of, each once.
  get layers() {
    return [...new Set(this.#panes.flatMap(({ view }) => view.layers))];
  }

  arrange(mode, count) {
    this.root.dataset.mode = mode;
    while (this.#panes.length > count) this.#panes.pop().root.remove();
    while (this.#panes.length < count) this.#add(this.#unseen());
    this.#arrange();
    this.#changed();
  }

  // The frames of layers that it takes to paint `frame`: [{layer, frame}].
  needs(frame) {
    const needed = this.#panes.flatMap(({ view }) => view.needs(frame));
    return needed.filter(({ layer, frame: each }) => layer.covers(each));
  }

  paint(picture, given) {
    for (const pane of this.#panes) pane.paint(picture, given);
  }

  #add(key) {
    const number = this.#panes.length + 1;
    const changed = this.#changed;
    const pane = new Pane(this.#makeViews(), key, { number, viewport: this.#viewport, changed });
    this.#panes.push(pane);
    listenToGestures(pane, this.#viewport, {
      hover: () => {},
      leave: () => {},
      twice: ({ x, y }) => this.#twice(x, y),
    });
    this.root.append(pane.root);
  }

  #unseen() {
    const keys = this.#makeViews().map((view) => view.key);
    return keys.find((key) => !this.keys.includes(key)) ?? keys[0];
  }

  #twice(x, y) {
    if (this.#viewport.zoom > 1) this.#viewport.reset();
    else this.#viewport.zoomBy(3, x, y);
  }

  #arrange() {
    this.root.dataset.count = this.#panes.length;
  }
}

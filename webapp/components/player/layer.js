// One set of label maps of the video: a segmentation, or the ground truth.

import { NO_CLASS } from "../frames/colour.js";
import { LabelBlocks } from "./label_blocks.js";

export class Layer {
  #blocks;

  // `name`: short, for use in a sentence; `title`: in full; `classes`: per class id of the label
  // maps the id in the Player's own list of classes; `budget`: bytes of labels to keep.
  constructor({ key, kind, name, title, classes, labels_url, start, frames, width, height }, budget) {
    this.key = key;
    this.kind = kind;
    this.name = name;
    this.title = title;
    this.start = start;
    this.frames = frames;
    this.classes = new Uint8Array(256).fill(NO_CLASS);
    this.classes.set(classes);
    this.#blocks = new LabelBlocks({ url: labels_url, first: start, frames, width, height, budget });
  }

  covers(frame) {
    return this.#blocks.covers(frame);
  }

  has(frame) {
    return this.#blocks.has(frame);
  }

  // The label map of a frame, or null while it is not here: {width, height, labels}.
  peek(frame) {
    return this.covers(frame) ? this.#blocks.peek(frame) : null;
  }

  // Resolves once `peek(frame)` gives labels; rejects with a sentence.
  load(frame) {
    return this.#blocks.load(frame);
  }

  prefetch(frame, count) {
    this.#blocks.prefetch(frame, count);
  }

  dispose() {
    this.#blocks.dispose();
  }
}

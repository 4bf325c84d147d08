// Where a prediction is wrong: counted, and as a layer that darkens everything else.

import { NO_CLASS, colourNumber, painted } from "../frames/colour.js";

const WRONG = colourNumber(255, 77, 77, 255);
const CHOSEN = colourNumber(255, 214, 51, 255);
const RIGHT = colourNumber(11, 13, 16, 190);
const UNJUDGED = colourNumber(120, 126, 134, 190);

export class Judgement {
  #truth;
  #prediction;
  #highlight;

  // `highlight`: [truth, predicted], the only pixels that are marked; or null.
  constructor(truth, prediction, highlight) {
    this.#truth = truth;
    this.#prediction = prediction;
    this.#highlight = highlight;
    this.isFitting = truth.width === prediction.width && truth.height === prediction.height;
  }

  layer() {
    const truth = this.#truth.labels;
    const predicted = this.#prediction.labels;
    const marked = this.#highlight === null ? WRONG : CHOSEN;
    return painted(this.#truth, (index) => {
      if (this.#isMarked(truth[index], predicted[index])) return marked;
      return truth[index] === NO_CLASS ? UNJUDGED : RIGHT;
    });
  }

  // What the layer shows, in a few words.
  caption(names) {
    const truth = this.#truth.labels;
    const predicted = this.#prediction.labels;
    let marked = 0;
    let judged = 0;
    for (let index = 0; index < truth.length; index += 1) {
      if (truth[index] !== NO_CLASS) judged += 1;
      if (this.#isMarked(truth[index], predicted[index])) marked += 1;
    }
    if (this.#highlight !== null) {
      const [was, became] = this.#highlight.map((id) => names[id] ?? `class ${id}`);
      return `${marked.toLocaleString("en")} pixels of ${was} taken for ${became}`;
    }
    return judged === 0 ? "Nothing to judge" : `${((100 * marked) / judged).toFixed(1)}% wrong`;
  }

  #isMarked(truth, predicted) {
    if (truth === NO_CLASS) return false;
    if (this.#highlight === null) return truth !== predicted;
    return truth === this.#highlight[0] && predicted === this.#highlight[1];
  }
}

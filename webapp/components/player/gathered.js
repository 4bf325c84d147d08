// The labels that the panes are painted with: kept, whatever the layers forget meanwhile.

export class Gathered {
  #found = new Map(); // layer -> frame -> label map, or null where it is not there

  // `needs`: [{layer, frame}]. Whether all of them are there.
  gather(needs) {
    this.#found = new Map();
    for (const { layer, frame } of needs) {
      if (!this.#found.has(layer)) this.#found.set(layer, new Map());
      this.#found.get(layer).set(frame, layer.peek(frame));
    }
    return needs.every(({ layer, frame }) => this.labelsOf(layer, frame) !== null);
  }

  labelsOf = (layer, frame) => this.#found.get(layer)?.get(frame) ?? null;

  // What the legend counts.
  countable(layer, frame) {
    const map = this.labelsOf(layer, frame);
    return map && { name: layer.name, labels: map.labels, classes: layer.classes };
  }
}

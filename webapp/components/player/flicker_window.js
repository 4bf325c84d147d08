// How often each pixel flickered around a frame: ABA flicker, p[t-1] = p[t+1] and p[t] another.

import { NO_CLASS } from "../frames/colour.js";

export class FlickerWindow {
  #reach;
  #flickering = new Map(); // frame -> its pixels that flicker

  // Counts from `reach` frames before the frame to `reach` frames after it.
  constructor(reach) {
    this.#reach = reach;
  }

  // The frames whose labels it takes, in order.
  framesAround(frame) {
    const wide = this.#reach + 1;
    return Array.from({ length: 2 * wide + 1 }, (_, place) => frame - wide + place);
  }

  // Counts per pixel and the pixels that flicker at the frame itself; `labelsOf(frame)` gives a
  // label map or null. A frame with none on one side does not flicker: `now` is null.
  around(frame, labelsOf) {
    const wanted = this.framesAround(frame).slice(1, -1);
    for (const known of this.#flickering.keys()) {
      if (!wanted.includes(known)) this.#flickering.delete(known);
    }
    const counts = new Uint8Array(labelsOf(frame).labels.length);
    for (const each of wanted) {
      for (const index of this.#flickeringAt(each, labelsOf) ?? []) counts[index] += 1;
    }
    return { counts, now: this.#flickering.get(frame) ?? null };
  }

  #flickeringAt(frame, labelsOf) {
    if (!this.#flickering.has(frame)) {
      const maps = [frame - 1, frame, frame + 1].map(labelsOf);
      if (maps.includes(null)) return null;
      this.#flickering.set(frame, flickering(...maps.map(({ labels }) => labels)));
    }
    return this.#flickering.get(frame);
  }
}

function flickering(before, now, after) {
  const found = [];
  for (let index = 0; index < now.length; index += 1) {
    if (before[index] !== after[index] || now[index] === before[index]) continue;
    if (now[index] !== NO_CLASS && before[index] !== NO_CLASS) found.push(index);
  }
  return Uint32Array.from(found);
}

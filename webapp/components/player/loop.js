// Which frames are played: all of the video, or a range of it over and over.

export class Loop {
  #frames;
  isOn = false;
  range = null; // [first, last] frame, or null for all

  constructor(frames, range = null) {
    this.#frames = frames;
    if (range !== null && range[1] < frames) this.set(range);
  }

  get first() {
    return this.range === null ? 0 : this.range[0];
  }

  get last() {
    return this.range === null ? this.#frames - 1 : this.range[1];
  }

  set(range) {
    this.range = range;
    this.isOn = range !== null;
  }

  startAt(frame) {
    this.set([frame, Math.max(frame, this.range?.[1] ?? this.#frames - 1)]);
  }

  endAt(frame) {
    this.set([Math.min(frame, this.range?.[0] ?? 0), frame]);
  }

  // Whether playing from `frame` on begins at the first frame instead.
  restartsAt(frame) {
    if (!this.isOn) return frame === this.#frames - 1;
    return frame >= this.last || frame < this.first;
  }

  // Whether a playing video that comes to `frame` has missed the last one.
  isPast(frame) {
    return this.isOn && this.range !== null && frame > this.last;
  }

  // Whether a playing video jumps back once `frame` has been shown.
  jumpsAt(frame) {
    return this.isOn && this.range !== null && frame >= this.last;
  }
}

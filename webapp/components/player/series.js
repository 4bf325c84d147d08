// The numbers of a segmentation's single frames, fetched page by page.

import { fetched } from "../frames/fetched.js";

const PAGE = 20_000;

export class Series {
  #start;
  #frames;
  #numbers = {}; // name -> values, NaN where there is none
  #paths;
  #aborter = new AbortController();

  // `start`, `frames`: which frames of the video were segmented.
  constructor({ start, frames }) {
    this.#start = start;
    this.#frames = frames;
    this.#paths = new Array(frames).fill("");
  }

  // Fetches all of it; `came()` is called after every page. Rejects with a sentence.
  async load(url, came) {
    for (let from = 0; from < this.#frames; from += PAGE) {
      const response = await fetched(`${url}?start=${from}&count=${PAGE}`, this.#aborter.signal);
      const page = await response.json();
      for (const [name, values] of Object.entries(page.numbers)) {
        this.#numbers[name] ??= new Float32Array(this.#frames).fill(NaN);
        this.#numbers[name].set(values.map((value) => value ?? NaN), page.start);
      }
      page.paths.forEach((path, place) => (this.#paths[page.start + place] = path));
      came();
    }
  }

  // A number of a frame of the video, NaN where there is none.
  number(name, frame) {
    return this.#numbers[name]?.[frame - this.#start] ?? NaN;
  }

  // What ran on a frame of the video; "" where it is not known.
  path(frame) {
    return this.#paths[frame - this.#start] ?? "";
  }

  // All numbers there are, in no order that means anything.
  numbers(name) {
    return [...(this.#numbers[name] ?? [])].filter((value) => !Number.isNaN(value));
  }

  dispose() {
    this.#aborter.abort();
  }
}

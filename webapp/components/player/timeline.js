// Strips under the timeline: flicker, confidence, compute path and time of every frame of every
// segmentation. A click jumps to the frame; pointing at one tells its numbers.

import { element } from "../dom.js";
import { MEASURES } from "./measures.js";
import { Series } from "./series.js";
import { Strip } from "./strip.js";

const OLDER = "has no numbers per frame: it was made before they were kept. Segment again to have them.";

const LEAPS = { ArrowUp: 1, ArrowDown: -1 };
const SLIDER = {
  ...{ class: "lanes", role: "slider", tabindex: 0, "aria-valuemin": 0 },
  "aria-description": "Left and right: a frame. Up and down: the next and the last one that stands out.",
};

export class Timeline {
  #frames;
  #seek;
  #tracks = []; // {layer, series}
  #rows = []; // {measure, values, scale, strips, lanes, isMarked(frame)}
  #note = element("p", { class: "timeline-note", hidden: true });
  #strips = element("div", { class: "strips" });
  #shown = 0; // the frame in the panes
  #pointed = null; // the frame that is pointed at

  // `layers`: the segmentations; `seek(frame)` is called with the frame that was clicked.
  constructor({ layers, frames, seek }) {
    this.#frames = frames;
    this.#seek = seek;
    const old = layers.filter(({ series_url }) => series_url === null);
    for (const layer of old) this.#tell(`${layer.title} ${OLDER}`);
    const known = layers.filter(({ series_url }) => series_url !== null);
    this.#tracks = known.map((layer) => ({ layer, series: new Series(layer) }));
    if (known.length > 0) this.#rows = MEASURES.map((measure) => this.#row(measure));
    this.#strips.append(...this.#rows.map(({ root }) => root));
    this.#strips.hidden = known.length === 0;
    this.#listen();
    this.root = element("div", { class: "timeline" }, this.#strips, this.#note);
    for (const { layer, series } of this.#tracks) this.#load(layer, series);
  }

  showFrame(frame) {
    this.#shown = frame;
    this.#strips.style.setProperty("--at", (frame + 0.5) / this.#frames);
    if (this.#pointed === null) this.#read();
  }

  dispose() {
    for (const { series } of this.#tracks) series.dispose();
    for (const { strips } of this.#rows) for (const strip of strips) strip.dispose();
  }

  #load(layer, series) {
    series
      .load(layer.series_url, () => this.#draw())
      .catch((error) => {
        if (error.name !== "AbortError") this.#tell(`${layer.title}: ${error.message}`);
      });
  }

  #row(measure) {
    const values = element("span", { class: "values", "data-measure": measure.key });
    const scale = element("span", { class: "scale" });
    const strips = this.#tracks.map(() => new Strip(this.#frames));
    const heading = element("span", { class: "heading", title: measure.meaning }, measure.title);
    const caption = element("div", { class: "strip-caption" }, heading, values, scale);
    const head = element("div", { class: "playhead" });
    const slider = { ...SLIDER, "aria-label": measure.title, "aria-valuemax": this.#frames - 1 };
    const lanes = element("div", slider, ...strips.map((strip) => strip.root), head);
    const root = element("div", {}, caption, lanes);
    const row = { measure, values, scale, strips, lanes, root, isMarked: () => false };
    lanes.addEventListener("keydown", (event) => this.#leap(row, event));
    return row;
  }

  #draw() {
    const all = this.#tracks.map(({ series }) => series);
    for (const row of this.#rows) {
      const { strips, scale } = row;
      const { colourOf, isMarked, scale: text = "", meaning = "", keys = {} } = row.measure.colours(all);
      strips.forEach((strip, place) => strip.show(colourOf(all[place])));
      scale.replaceChildren(text, ...Object.entries(keys).map(keyOf));
      scale.title = meaning;
      row.isMarked = (frame) => all.some((series) => isMarked(series, frame));
    }
    this.#read();
  }

  #read() {
    const frame = this.#pointed ?? this.#shown;
    for (const { measure, values, lanes } of this.#rows) {
      values.textContent = this.#told(measure, frame);
      values.dataset.frame = frame;
      lanes.setAttribute("aria-valuenow", this.#shown);
      lanes.setAttribute(
        "aria-valuetext",
        `Frame ${this.#shown}: ${this.#told(measure, this.#shown)}`,
      );
    }
    this.#strips.title = this.#pointed === null ? "" : `Frame ${frame}: click to go there`;
  }

  // A measure of a frame in words, of every segmentation where there are several.
  #told(measure, frame) {
    const isAlone = this.#tracks.length === 1;
    const texts = this.#tracks.map(({ layer, series }) => {
      const text = measure.text(series, frame);
      return isAlone ? text : `${layer.key} ${text}`;
    });
    return texts.join(" · ");
  }

  // Up and down go to the next and the last frame that the strip marks; left and right are the
  // Player's own keys.
  #leap({ isMarked }, event) {
    const step = LEAPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    let frame = this.#shown + step;
    while (frame >= 0 && frame < this.#frames && !isMarked(frame)) frame += step;
    if (frame >= 0 && frame < this.#frames) this.#seek(frame);
  }

  #listen() {
    const frameAt = (event) => {
      const { left, width } = this.#strips.getBoundingClientRect();
      const frame = Math.floor(((event.clientX - left) / width) * this.#frames);
      return Math.min(Math.max(0, frame), this.#frames - 1);
    };
    this.#strips.addEventListener("pointermove", (event) => {
      this.#pointed = frameAt(event);
      this.#read();
      if (event.buttons === 1) this.#seek(this.#pointed);
    });
    this.#strips.addEventListener("pointerleave", () => {
      this.#pointed = null;
      this.#read();
    });
    this.#strips.addEventListener("pointerdown", (event) => {
      if (event.button === 0) this.#seek(frameAt(event));
    });
  }

  #tell(sentence) {
    this.#note.hidden = false;
    this.#note.append(element("span", {}, sentence));
  }
}

function keyOf([name, colour]) {
  const swatch = element("span", { class: "path-swatch" });
  swatch.style.background = `rgb(${colour})`;
  return element("span", { class: "path-key" }, swatch, name);
}

// Strips under the timeline: flicker, confidence, compute path and time of every frame of every
// segmentation. A click jumps to the frame; pointing at one tells its numbers.

import { element } from "../dom.js";
import { MEASURES } from "./measures.js";
import { Series } from "./series.js";
import { Strip } from "./strip.js";

const OLDER = "has no numbers per frame: it was made before they were kept. Segment again to have them.";

export class Timeline {
  #frames;
  #seek;
  #tracks = []; // {layer, series}
  #rows = []; // {measure, values, scale, strips}
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
    const strips = this.#tracks.map(
      ({ layer }) => new Strip(this.#frames, `${measure.title} of ${layer.title}, frame by frame`),
    );
    const heading = element("span", { class: "heading", title: measure.meaning }, measure.title);
    const caption = element("div", { class: "strip-caption" }, heading, values, scale);
    const head = element("div", { class: "playhead" });
    const lanes = element("div", { class: "lanes" }, ...strips.map((strip) => strip.root), head);
    const root = element("div", {}, caption, lanes);
    return { measure, values, scale, strips, root };
  }

  #draw() {
    const all = this.#tracks.map(({ series }) => series);
    for (const { measure, strips, scale } of this.#rows) {
      const { colourOf, scale: text = "", keys = {} } = measure.colours(all);
      strips.forEach((strip, place) => strip.show(colourOf(all[place])));
      scale.replaceChildren(text, ...Object.entries(keys).map(keyOf));
    }
    this.#read();
  }

  #read() {
    const frame = this.#pointed ?? this.#shown;
    for (const { measure, values } of this.#rows) {
      const isAlone = this.#tracks.length === 1;
      const texts = this.#tracks.map(({ layer, series }) => {
        const text = measure.text(series, frame);
        return isAlone ? text : `${layer.key} ${text}`;
      });
      values.textContent = texts.join(" · ");
      values.dataset.frame = frame;
    }
    this.#strips.title = this.#pointed === null ? "" : `Frame ${frame}: click to go there`;
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

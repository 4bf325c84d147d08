// Saving a range of frames, as the panes are looked at or as label maps, or this frame alone.

import { element } from "../dom.js";
import { fetched } from "../frames/fetched.js";
import { ExportJob, download } from "./export_job.js";
import { saveFile } from "./save_file.js";

const KINDS = {
  panes: "The panes as a video (.mp4)",
  label_maps: "Label maps as PNGs (.zip)",
  labels_video: "Label maps as a lossless video (.mkv)",
  picture: "The panes at this frame as one picture (.png)",
  label_map: "The label map of this frame (.png)",
};
const WITHOUT_RANGE = ["picture", "label_map"];
const WITHOUT_LAYER = ["panes", "picture"];

export class ExportPanel {
  #data;
  #seen;
  #picture;
  #job = null;
  #kind = choice("What to save", Object.entries(KINDS));
  #layer;
  #first;
  #last;
  #ofLayer;
  #range;
  #save = element("button", { type: "button", class: "plain" }, "Save");
  #cancel = element("button", { type: "button", class: "plain", hidden: true }, "Cancel");
  #bar = element("progress", { max: 1, value: 0, hidden: true });
  #note = element("span", { class: "export-note", role: "status" });

  // `seen()` tells how the video is looked at, see the Player; `picture()` gives all panes as a
  // canvas.
  constructor(data, { seen, picture }) {
    this.#data = data;
    this.#seen = seen;
    this.#picture = picture;
    this.#layer = choice("Whose labels", data.layers.map(({ key, title }) => [key, title]));
    this.#first = number("First frame to save", data.frames);
    this.#last = number("Last frame to save", data.frames);
    this.#ofLayer = element("label", {}, "of ", this.#layer);
    this.#range = element("label", {}, "frames ", this.#first, " to ", this.#last);
    const parts = [this.#kind, this.#ofLayer, this.#range, this.#save];
    parts.push(this.#cancel, this.#bar, this.#note);
    this.root = element("div", { class: "exports", role: "group", hidden: true }, ...parts);
    this.root.setAttribute("aria-label", "Save a frame or a range");
    this.#kind.addEventListener("change", () => this.#arrange());
    this.#save.addEventListener("click", () => this.#start());
    this.#cancel.addEventListener("click", () => this.#job?.cancel().catch((e) => this.#end(e)));
    this.#arrange();
  }

  // Opens it with the range that is looped, else with all that was segmented; or closes it. Says
  // whether it is open.
  toggle() {
    this.root.hidden = !this.root.hidden;
    if (this.root.hidden) return false;
    const { layers, most_exported } = this.#data;
    const start = Math.min(...layers.map((layer) => layer.start));
    const end = Math.max(...layers.map((layer) => layer.start + layer.frames));
    const whole = [start, Math.min(end, start + most_exported) - 1];
    const [first, last] = this.#seen().range ?? whole;
    this.#first.value = String(first);
    this.#last.value = String(last);
    this.#kind.focus();
    return true;
  }

  dispose() {
    this.#job?.forget();
  }

  #arrange() {
    const kind = this.#kind.value;
    this.#ofLayer.hidden = WITHOUT_LAYER.includes(kind);
    this.#range.hidden = WITHOUT_RANGE.includes(kind);
  }

  #start() {
    this.#save.disabled = true;
    this.#note.textContent = "";
    const saving = { label_map: () => this.#saveLabelMap(), picture: () => this.#savePicture() };
    const work = (saving[this.#kind.value] ?? (() => this.#export()))();
    work.then(() => this.#end(), (error) => this.#end(error));
  }

  async #export() {
    this.#job = new ExportJob();
    this.#cancel.hidden = this.#bar.hidden = false;
    const file = await this.#job.run(this.#order(), (progress) => {
      this.#bar.value = progress.share;
      const { stage, done, total } = progress;
      this.#note.textContent = total > 0 ? `${stage}: ${done} of ${total} frames` : "waiting";
    });
    this.#note.textContent = file === null ? "Cancelled." : "Saved to your downloads.";
    if (file !== null) download(file);
  }

  #order() {
    const { panes, mode, share, opacity, hidden, zoom } = this.#seen();
    return {
      kind: this.#kind.value,
      first: Number(this.#first.value),
      last: Number(this.#last.value),
      segmentations: this.#data.segmentations,
      look: { panes, mode, share, opacity, hidden, zoom, colours: this.#data.colours },
      letter: this.#layer.value,
    };
  }

  async #saveLabelMap() {
    const { frame } = this.#seen();
    const { key, label_map_url } = this.#data.layers.find(({ key }) => key === this.#layer.value);
    const response = await fetched(`${label_map_url}?frame=${frame}`);
    saveFile(await response.blob(), `frame ${frame} labels ${key}.png`);
    this.#note.textContent = "Saved to your downloads.";
  }

  async #savePicture() {
    const { frame, panes } = this.#seen();
    const file = await new Promise((done) => this.#picture().toBlob(done, "image/png"));
    saveFile(file, `frame ${frame} ${panes.join(" ")}.png`);
    this.#note.textContent = "Saved to your downloads.";
  }

  #end(error = null) {
    this.#job = null;
    this.#save.disabled = false;
    this.#cancel.hidden = this.#bar.hidden = true;
    if (error !== null && error.name !== "AbortError") this.#note.textContent = error.message;
  }
}

function choice(label, options) {
  const select = element("select", { "aria-label": label, class: "speed" });
  select.append(...options.map(([value, text]) => element("option", { value }, text)));
  return select;
}

function number(label, frames) {
  const attributes = { type: "number", min: 0, max: frames - 1, step: 1, class: "number" };
  return element("input", { ...attributes, "aria-label": label });
}

// A video and its segmentation side by side, never out of step: both panes are painted in one go,
// from one picture and the labels of exactly that picture's frame. While those labels are still on
// their way nothing is painted, and a running video waits for them.

import { Controls } from "./controls.js";
import { element } from "../dom.js";
import { FrameClock } from "./frame_clock.js";
import { listenToKeys } from "./keyboard.js";
import { LabelBlocks } from "./label_blocks.js";
import { Legend } from "./legend.js";
import { Painter } from "./painter.js";

const OPACITY = 0.6;
const AHEAD_SECONDS = 3;
const LEGEND_PERIOD = 150; // milliseconds between counts while playing

const mounted = new WeakMap(); // parent element -> player

// Called again whenever the page around is drawn anew: a running player goes on undisturbed.
export function mount({ parentElement, data }) {
  if (!mounted.has(parentElement)) {
    const player = new Player(data);
    mounted.set(parentElement, player);
    parentElement.append(player.root);
  }
  return () => {
    mounted.get(parentElement)?.dispose();
    mounted.delete(parentElement);
  };
}

class Player {
  #data;
  #video;
  #clock;
  #blocks;
  #painter;
  #controls;
  #legend;
  #notice = element("div", { class: "notice", hidden: true });
  #trouble = element("div", { class: "trouble", role: "alert", hidden: true });
  #shown = null; // number of the frame in both panes
  #labels = null; // its labels
  #held = null; // {frame, image} waiting for labels
  #wantsPlay = false;
  #loops = false;
  #countedAt = 0;
  #forgetKeys;

  constructor(data) {
    this.#data = data;
    const source = element("canvas", { class: "pane-canvas", "data-pane": "source" });
    const result = element("canvas", { class: "pane-canvas", "data-pane": "segmentation" });
    this.#painter = new Painter(source, result, data.colours);
    this.#painter.opacity = OPACITY;
    this.#painter.resize(data.width, data.height);
    this.#blocks = new LabelBlocks({
      url: data.labels_url,
      first: data.start,
      frames: data.labelled,
      width: data.label_width,
      height: data.label_height,
    });
    this.#video = this.#makeVideo();
    const fps = data.fps_num / data.fps_den;
    const present = (frame, image) => this.#present(frame, image);
    this.#clock = new FrameClock(this.#video, { fps, frames: data.frames, present });
    this.#makeControls(fps);
    this.root = this.#layout(source, result);
    this.#forgetKeys = listenToKeys(this.root, this.#actions());
    this.#video.src = data.media_url;
    this.#video.addEventListener("loadedmetadata", () => this.#open(), { once: true });
  }

  dispose() {
    this.#forgetKeys();
    this.#clock.dispose();
    this.#blocks.dispose();
    this.#release();
    this.#video.removeAttribute("src");
    this.#video.load();
    this.root.remove();
  }

  #makeVideo() {
    const attributes = { muted: true, playsinline: true, preload: "auto", tabindex: -1 };
    const video = element("video", { ...attributes, "aria-hidden": true });
    video.muted = true;
    video.addEventListener("ended", () => this.#end());
    video.addEventListener("error", () => {
      this.#tell("This browser cannot play the video; try a current Chrome, Edge or Firefox.");
    });
    return video;
  }

  #makeControls(fps) {
    const { frames, start, labelled, has_audio, classes, colours } = this.#data;
    const settings = { frames, fps, hasAudio: has_audio, opacity: OPACITY };
    const range = { first: start, count: labelled };
    this.#controls = new Controls({ ...settings, ...range }, this.#actions());
    this.#legend = new Legend(classes, colours, ({ hidden, lit }) => {
      this.#painter.hidden = hidden;
      this.#painter.lit = lit;
      this.#repaint();
    });
  }

  #actions() {
    return {
      toggle: () => (this.#wantsPlay ? this.#pause() : this.#play()),
      seek: (frame) => this.#seek(frame),
      step: (by) => this.#seek((this.#clock.goal ?? this.#shown ?? 0) + by),
      speed: (rate) => (this.#video.playbackRate = rate),
      loop: (on) => (this.#loops = on),
      muted: (on) => (this.#video.muted = on),
      opacity: (share) => {
        this.#painter.opacity = share;
        this.#repaint();
      },
    };
  }

  #layout(source, result) {
    const panes = element("div", { class: "panes" });
    // The video lies under the pane that shows it: browsers throttle a video that is not painted.
    panes.append(pane("Source", this.#video, source), pane("Segmentation", result, this.#notice));
    panes.style.setProperty("--shape", `${this.#data.width} / ${this.#data.height}`);
    const parts = [panes, this.#trouble, this.#controls.root, this.#legend.root];
    return element("div", { class: "player", tabindex: 0, "data-state": "loading" }, ...parts);
  }

  #open() {
    this.#painter.resize(this.#video.videoWidth, this.#video.videoHeight);
    this.#blocks.prefetch(this.#data.start, 1);
    this.#clock.seek(this.#shown ?? 0);
  }

  #seek(frame) {
    const wasPlaying = this.#wantsPlay;
    if (wasPlaying) this.#pause();
    this.#release();
    if (frame !== this.#shown || this.#clock.goal !== null) this.#clock.seek(frame);
  }

  #play() {
    this.#wantsPlay = true;
    this.#controls.showPlaying(true);
    const last = this.#data.frames - 1;
    if (this.#shown === last || this.#video.ended) this.#video.currentTime = 0;
    if (this.#held === null) this.#run();
  }

  #run() {
    this.root.dataset.state = "playing";
    this.#clock.play().catch((error) => {
      if (error.name !== "AbortError") this.#tell("The browser refused to play the video.");
    });
  }

  #pause() {
    this.#wantsPlay = false;
    this.#controls.showPlaying(false);
    this.root.dataset.state = "paused";
    this.#clock.pause();
  }

  #end() {
    if (this.#loops && this.#wantsPlay) this.#play();
    else this.#pause();
  }

  #present(frame, image) {
    this.#release();
    this.#blocks.prefetch(frame, this.#ahead());
    const labels = this.#blocks.covers(frame) ? this.#blocks.peek(frame) : null;
    if (labels !== null || !this.#blocks.covers(frame)) {
      this.#paint(frame, image, labels);
      image.close();
      if (this.#wantsPlay && this.#video.paused && !this.#video.ended) this.#run();
      return;
    }
    this.#hold(frame, image);
  }

  #hold(frame, image) {
    const held = { frame, image };
    this.#held = held;
    this.root.dataset.state = this.#wantsPlay ? "buffering" : "waiting";
    this.#clock.pause();
    this.#blocks
      .load(frame)
      .then(() => this.#blocks.peek(frame))
      .catch((error) => {
        if (this.#held === held) this.#tell(`Labels are missing: ${error.message}`);
        return null;
      })
      .then((labels) => {
        if (this.#held !== held) return;
        this.#paint(frame, image, labels);
        this.#release();
        if (this.#wantsPlay) this.#run();
      });
  }

  #release() {
    this.#held?.image.close();
    this.#held = null;
  }

  #ahead() {
    const fps = this.#data.fps_num / this.#data.fps_den;
    return Math.ceil(AHEAD_SECONDS * fps * Math.max(1, this.#video.playbackRate));
  }

  #paint(frame, image, labels) {
    this.#painter.paint(frame, image, labels);
    this.#shown = frame;
    this.#labels = labels;
    this.root.dataset.state = this.#wantsPlay ? "playing" : "paused";
    this.#controls.showFrame(frame);
    this.#note(frame, labels);
    const now = performance.now();
    if (!this.#wantsPlay || now - this.#countedAt > LEGEND_PERIOD) {
      this.#countedAt = now;
      this.#legend.show(labels);
    }
  }

  #repaint() {
    if (this.#shown !== null) this.#painter.repaint(this.#shown, this.#labels);
  }

  #note(frame, labels) {
    this.#notice.hidden = labels !== null;
    const isOutside = !this.#blocks.covers(frame);
    this.#notice.textContent = isOutside ? "Not segmented here" : "Labels are missing";
    if (labels !== null) this.#trouble.hidden = true;
  }

  #tell(sentence) {
    this.#trouble.textContent = sentence;
    this.#trouble.hidden = false;
  }
}

function pane(title, ...content) {
  const caption = element("span", { class: "caption" }, title);
  return element("div", { class: "pane" }, ...content, caption);
}

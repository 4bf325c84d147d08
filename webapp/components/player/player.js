// A video and its segmentations side by side, never out of step: all panes are painted in one go,
// from one picture and the labels of exactly that picture's frame, and a running video waits for
// labels that are late.

import { element } from "../dom.js";
import { Controls } from "./controls.js";
import { ExportPanel } from "./export_panel.js";
import { listenToKeys } from "./keyboard.js";
import { Legend } from "./legend.js";
import { Pace } from "./pace.js";
import { Playback } from "./playback.js";
import { Stage } from "./stage.js";
import { Timeline } from "./timeline.js";
import { ViewAddress, addressOf } from "./view_address.js";

const OPACITY = 0.6;
const LEGEND_PERIOD = 150; // milliseconds between counts while playing

const mounted = new WeakMap(); // parent element -> player

// Called again whenever the page around is drawn anew: a running player goes on undisturbed.
export function mount({ parentElement, data }) {
  if (!mounted.has(parentElement)) {
    const player = new Player(data);
    mounted.set(parentElement, player);
    parentElement.querySelector(".player-comes")?.remove();
    parentElement.append(player.root);
  }
  return () => {
    mounted.get(parentElement)?.dispose();
    mounted.delete(parentElement);
  };
}

class Player {
  #playback;
  #stage;
  #controls;
  #timeline;
  #legend;
  #exports;
  #address;
  #pace;
  #trouble = element("div", { class: "trouble", role: "alert", hidden: true });
  #countedAt = 0;
  #forgetKeys;

  constructor(data) {
    const { frames, media_url } = data;
    const fps = data.fps_num / data.fps_den;
    this.#address = new ViewAddress(media_url);
    this.#pace = new Pace();
    const { opacity = OPACITY, hidden = [], range = null } = this.#address.first;
    this.#playback = new Playback({ fps, frames, range }, this.#playbackTold());
    const first = this.#address.first;
    const look = { opacity, hidden: new Set(hidden), lit: null };
    const given = { first, look, backdrop: this.#playback.video }; // unseen videos are throttled
    this.#stage = new Stage(data, given, this.#stageTold());
    this.#makeControls(data, fps);
    this.#exports = new ExportPanel(data, {
      seen: () => this.#seen(),
      picture: () => this.#stage.panes.picture(),
    });
    const above = [this.#stage.panes.root, this.#trouble, this.#pace.root];
    const below = [this.#exports.root, this.#timeline.root, this.#legend.root];
    const attributes = { class: "player", tabindex: 0, "data-state": "loading" };
    this.root = element("div", attributes, ...above, this.#controls.root, ...below);
    this.#forgetKeys = listenToKeys(this.root, this.#actions());
    this.#playback.open(media_url, () => this.#open());
  }

  dispose() {
    this.#forgetKeys();
    const parts = [this.#address, this.#timeline, this.#stage, this.#exports, this.#playback];
    for (const each of parts) each.dispose();
    this.root.remove();
  }

  #playbackTold() {
    return {
      present: (frame, image) => this.#stage.present(frame, image),
      state: (name) => this.#enter(name),
      failed: (sentence) => this.#tell(sentence),
    };
  }

  #stageTold() {
    return {
      ahead: () => this.#playback.ahead,
      waits: () => {
        this.root.dataset.state = "waiting";
        this.#playback.wait();
      },
      painted: (frame, isWhole) => this.#painted(frame, isWhole),
      missing: (sentence) => this.#tell(sentence),
      moved: () => this.#keepAddress(),
      wiped: () => {
        this.#controls.showShare(this.#stage.panes.share);
        this.#keepAddress();
      },
    };
  }

  #makeControls(data, fps) {
    const { frames, has_audio, classes, colours } = data;
    const { layers, panes, look } = this.#stage;
    const settings = { frames, fps, hasAudio: has_audio, opacity: look.opacity };
    const first = Math.min(...layers.map((layer) => layer.start));
    const end = Math.max(...layers.map((layer) => layer.start + layer.frames));
    const range = { first, count: end - first };
    const shown = { panes: panes.count, mode: panes.mode, share: panes.share };
    this.#controls = new Controls({ ...settings, ...range, ...shown }, this.#actions());
    this.#controls.showLoop(this.#playback.loop);
    this.#timeline = new Timeline({
      layers: data.layers.filter(({ kind }) => kind === "segmentation"),
      frames,
      seek: (frame) => this.#seek(frame),
    });
    this.#legend = new Legend(classes, colours, (change) => this.#changeLook(change), look.hidden);
  }

  #actions() {
    const { viewport, panes } = this.#stage;
    const here = () => this.#stage.shown ?? 0;
    return {
      toggle: () => this.#toggle(),
      seek: (frame) => this.#seek(frame),
      step: (by) => this.#seek((this.#playback.goal ?? here()) + by),
      speed: (rate) => (this.#playback.video.playbackRate = rate),
      loop: (on) => this.#changeLoop((loop) => (loop.isOn = on)),
      startLoop: () => this.#changeLoop((loop) => loop.startAt(here())),
      endLoop: () => this.#changeLoop((loop) => loop.endAt(here())),
      forgetLoop: () => this.#changeLoop((loop) => loop.set(null)),
      muted: (on) => (this.#playback.video.muted = on),
      panes: (mode, count) => panes.arrange(mode, count),
      share: (share) => {
        panes.share = share;
        this.#keepAddress();
      },
      zoomIn: () => viewport.zoomIn(),
      zoomOut: () => viewport.zoomOut(),
      zoomReset: () => viewport.reset(),
      address: () => addressOf(this.#seen()).href,
      exports: () => this.#exports.toggle(),
      opacity: (opacity) => this.#changeLook({ opacity }),
    };
  }

  #open() {
    const { videoWidth, videoHeight } = this.#playback.video;
    this.#stage.open(videoWidth, videoHeight);
    const { frame = 0, zoom = null } = this.#address.first;
    this.#playback.seek(frame);
    if (zoom !== null) this.#stage.viewport.restore(zoom);
  }

  #toggle() {
    if (this.#playback.wantsPlay) {
      this.#playback.pause();
      return;
    }
    this.#playback.play(this.#stage.shown, { isWaiting: this.#stage.isWaiting });
    this.#controls.showPlaying(true);
  }

  #seek(frame) {
    if (this.#playback.wantsPlay) this.#playback.pause();
    this.#stage.release();
    const isThere = frame === this.#stage.shown && this.#playback.goal === null;
    if (!isThere) this.#playback.seek(frame);
  }

  #enter(state) {
    this.root.dataset.state = state;
    this.#pace.rest();
    if (state !== "paused") return;
    this.#controls.showPlaying(false);
    this.#keepAddress();
  }

  #changeLoop(change) {
    change(this.#playback.loop);
    this.#controls.showLoop(this.#playback.loop);
    this.#keepAddress();
  }

  #changeLook(change) {
    Object.assign(this.#stage.look, change);
    this.#stage.repaint();
    this.#keepAddress();
  }

  #painted(frame, isWhole) {
    const isPlaying = this.#playback.wantsPlay;
    if (isWhole) this.#trouble.hidden = true;
    this.root.dataset.state = isPlaying ? "playing" : "paused";
    this.#controls.showFrame(frame);
    this.#timeline.showFrame(frame);
    this.#keepAddress();
    if (isPlaying) this.#pace.painted(frame);
    const now = performance.now();
    if (!isPlaying || now - this.#countedAt > LEGEND_PERIOD) {
      this.#countedAt = now;
      this.#legend.show(...this.#stage.countable());
    }
    this.#playback.goOn(frame);
  }

  // How the video is looked at now, as the address tells it.
  #seen() {
    const { panes, look, viewport, shown } = this.#stage;
    return {
      frame: shown ?? 0,
      panes: panes.keys,
      mode: panes.mode,
      share: panes.share,
      range: this.#playback.loop.range,
      opacity: look.opacity,
      hidden: [...look.hidden],
      zoom: viewport.state,
    };
  }

  #keepAddress() {
    this.#address.keep(() => this.#seen(), { isPlaying: this.#playback.wantsPlay });
  }

  #tell(sentence) {
    this.#trouble.textContent = sentence;
    this.#trouble.hidden = false;
  }
}

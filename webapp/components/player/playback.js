// Playing, pausing, seeking and looping: which frame comes next.

import { FrameClock } from "./frame_clock.js";
import { Loop } from "./loop.js";
import { makeVideo } from "./video.js";

const AHEAD_SECONDS = 3;

export class Playback {
  #fps;
  #clock;
  #told;
  wantsPlay = false;

  // `told`: present(frame, image), which takes over the image; state(name), one of `playing`,
  // `buffering` and `paused`; failed(sentence).
  constructor({ fps, frames, range }, told) {
    this.#fps = fps;
    this.#told = told;
    this.loop = new Loop(frames, range);
    this.video = makeVideo({ ended: () => this.#end(), failed: told.failed });
    const present = (frame, image) => this.#arrive(frame, image);
    this.#clock = new FrameClock(this.video, { fps, frames, present });
  }

  // The frame that is being sought, or null.
  get goal() {
    return this.#clock.goal;
  }

  // How many of the frames that follow will be wanted soon.
  get ahead() {
    return Math.ceil(AHEAD_SECONDS * this.#fps * Math.max(1, this.video.playbackRate));
  }

  open(url, opened) {
    this.video.src = url;
    this.video.addEventListener("loadedmetadata", opened, { once: true });
  }

  dispose() {
    this.#clock.dispose();
    this.video.removeAttribute("src");
    this.video.load();
  }

  seek(frame) {
    this.#clock.seek(frame);
  }

  // Plays on from the frame `shown`; once its labels have come where it `isWaiting` for them.
  play(shown, { isWaiting }) {
    this.wantsPlay = true;
    if (this.loop.restartsAt(shown) || this.video.ended) this.#jump();
    else if (!isWaiting) this.#run();
  }

  pause() {
    this.wantsPlay = false;
    this.#clock.pause();
    this.#told.state("paused");
  }

  // Stands still until `goOn` is called.
  wait() {
    this.#clock.pause();
    if (this.wantsPlay) this.#told.state("buffering");
  }

  // What a playing video does after a frame was shown.
  goOn(frame) {
    if (!this.wantsPlay) return;
    if (this.loop.jumpsAt(frame)) this.#jump();
    else if (this.video.paused && !this.video.ended) this.#run();
  }

  #arrive(frame, image) {
    if (this.wantsPlay && this.loop.isPast(frame)) {
      image.close();
      this.#jump();
    } else {
      this.#told.present(frame, image);
    }
  }

  // Goes on playing from the first frame.
  #jump() {
    this.#told.state("buffering");
    this.#clock.pause();
    this.#clock.seek(this.loop.first);
  }

  #run() {
    this.#told.state("playing");
    this.#clock.play().catch((error) => {
      if (error.name !== "AbortError") this.#told.failed("The browser refused to play the video.");
    });
  }

  #end() {
    if (this.loop.isOn && this.wantsPlay) this.#jump();
    else this.pause();
  }
}

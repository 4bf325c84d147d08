// Says so when a playing video is shown with fewer frames than it has: the panes stay in step, but
// this machine cannot paint all of them in time.

import { element } from "../dom.js";

const WINDOW = 2000; // milliseconds of undisturbed playing that are judged
const ENOUGH = 0.8; // share of the frames that must be shown

export class Pace {
  #since = null; // {frame, at, painted} where undisturbed playing began
  root = element("div", { class: "pace", role: "status", hidden: true });

  // A frame was painted while playing.
  painted(frame) {
    const at = performance.now();
    if (this.#since === null || frame < this.#since.frame) {
      this.#since = { frame, at, painted: 0 };
      return;
    }
    this.#since.painted += 1;
    if (at - this.#since.at < WINDOW) return;
    this.#judge(frame, at);
    this.#since = { frame, at, painted: 0 };
  }

  // Playing was interrupted: what lies before does not count.
  rest() {
    this.#since = null;
  }

  #judge(frame, at) {
    const { frame: first, at: began, painted } = this.#since;
    this.root.hidden = painted >= ENOUGH * (frame - first);
    if (this.root.hidden) return;
    const second = (at - began) / 1000;
    const shown = Math.round(painted / second);
    const all = Math.round((frame - first) / second);
    this.root.textContent =
      `This machine shows ${shown} of ${all} frames a second, all panes in step; ` +
      "fewer panes, a smaller window or a lower speed show more of them.";
  }
}

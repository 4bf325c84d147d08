// The one video element of a Player: silent at first, never seen itself.

import { element } from "../dom.js";

const REFUSED = "This browser cannot play the video; try a current Chrome, Edge or Firefox.";

export function makeVideo({ ended, failed }) {
  const attributes = { muted: true, playsinline: true, preload: "auto", tabindex: -1 };
  const video = element("video", { ...attributes, "aria-hidden": true });
  video.muted = true;
  video.addEventListener("ended", ended);
  video.addEventListener("error", () => failed(REFUSED));
  return video;
}

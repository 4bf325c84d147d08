// What the person can set: play, step, scrub, speed, loop, sound, opacity.

import { element, iconButton, setIcon } from "../dom.js";
import { arrangement } from "./arrangement.js";
import { copyButton } from "./copy_button.js";
import { LoopControls } from "./loop_controls.js";

const SPEEDS = [0.25, 0.5, 1, 1.5, 2];

export class Controls {
  #frames;
  #fps;
  #playButton = iconButton("play", "Play (space)");
  #scrubber;
  #number;
  #loop;
  #time = element("span", { class: "time" });

  // `actions`: toggle, seek(frame), step(by), speed(rate), muted(on), opacity(share), address(),
  // and those of the parts that this is made of.
  constructor({ frames, fps, hasAudio, opacity, first, count, ...shown }, actions) {
    this.#frames = frames;
    this.#fps = fps;
    this.#scrubber = this.#makeScrubber(first, count, actions);
    this.#number = this.#makeNumber(actions);
    const back = iconButton("back", "One frame back (left arrow)");
    const forward = iconButton("forward", "One frame on (right arrow)");
    this.#playButton.classList.add("play");
    this.#playButton.addEventListener("click", () => actions.toggle());
    back.addEventListener("click", () => actions.step(-1));
    forward.addEventListener("click", () => actions.step(1));
    const left = element("div", { class: "group" }, back, this.#playButton, forward);
    if (hasAudio) left.append(soundButton(actions));
    const place = element("label", { class: "place" }, "Frame ", this.#number);
    place.append(` of ${frames - 1}`, this.#time);
    this.#loop = new LoopControls(actions);
    const rest = element("div", { class: "group rest", id: "rest" });
    rest.append(opacitySlider(opacity, actions), zoomButtons(actions), speedChoice(actions));
    rest.append(this.#loop.root, copyButton(actions.address), saveButton(actions));
    const right = element("div", { class: "group" }, arrangement(shown, actions), moreButton(rest), rest);
    const row = element("div", { class: "row" }, left, place, right);
    this.root = element("div", { class: "controls" }, this.#scrubber, row);
  }

  showFrame(frame) {
    this.#scrubber.value = String(frame);
    const share = this.#frames > 1 ? frame / (this.#frames - 1) : 1;
    this.#scrubber.style.setProperty("--done", `${100 * share}%`);
    if (this.#number !== this.#number.getRootNode().activeElement) {
      this.#number.value = String(frame);
    }
    this.#time.textContent = `${clock(frame / this.#fps)} / ${clock(this.#frames / this.#fps)}`;
  }

  // Where the line between two panes is, or how much the second one covers.
  showShare(share) {
    this.root.querySelector("input.share").value = String(Math.round(100 * share));
  }

  showPlaying(isPlaying) {
    const label = isPlaying ? "Pause (space)" : "Play (space)";
    setIcon(this.#playButton, isPlaying ? "pause" : "play", label);
  }

  showLoop(loop) {
    this.#loop.show(loop);
    const [first, last] = loop.range ?? [0, -1];
    this.#scrubber.style.setProperty("--loop-from", `${(100 * first) / this.#frames}%`);
    this.#scrubber.style.setProperty("--loop-to", `${(100 * (last + 1)) / this.#frames}%`);
  }

  #makeScrubber(first, count, actions) {
    const attributes = { type: "range", min: 0, max: this.#frames - 1, step: 1, value: 0 };
    const scrubber = element("input", { ...attributes, class: "scrubber", "aria-label": "Frame" });
    scrubber.style.setProperty("--from", `${(100 * first) / this.#frames}%`);
    scrubber.style.setProperty("--to", `${(100 * (first + count)) / this.#frames}%`);
    scrubber.addEventListener("input", () => actions.seek(Number(scrubber.value)));
    return scrubber;
  }

  #makeNumber(actions) {
    const attributes = { type: "number", min: 0, max: this.#frames - 1, step: 1, value: 0 };
    const number = element("input", { ...attributes, class: "number", "aria-label": "Go to frame" });
    number.addEventListener("change", () => {
      const wanted = Math.round(Number(number.value) || 0);
      number.value = String(Math.min(Math.max(0, wanted), this.#frames - 1));
      actions.seek(Number(number.value));
      number.blur(); // so that space and arrows are the Player's again
    });
    return number;
  }
}

function soundButton(actions) {
  const button = iconButton("silence", "Sound on");
  let isMuted = true;
  button.addEventListener("click", () => {
    isMuted = !isMuted;
    setIcon(button, isMuted ? "silence" : "sound", isMuted ? "Sound on" : "Sound off");
    actions.muted(isMuted);
  });
  return button;
}

function opacitySlider(opacity, actions) {
  const value = Math.round(100 * opacity);
  const slider = element("input", { type: "range", min: 0, max: 100, value, class: "opacity" });
  const shown = element("output", {}, `${value}%`);
  slider.addEventListener("input", () => {
    shown.textContent = `${slider.value}%`;
    actions.opacity(Number(slider.value) / 100);
  });
  return element("label", {}, "Labels ", slider, shown);
}

// Where there is little room, what is needed less often comes when it is asked for.
function moreButton(rest) {
  const button = element("button", { type: "button", class: "plain more" }, "More");
  button.setAttribute("aria-controls", rest.id);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(rest.classList.toggle("open")));
  });
  return button;
}

function speedChoice(actions) {
  const select = element("select", { "aria-label": "Speed", class: "speed" });
  select.append(
    ...SPEEDS.map((rate) => element("option", { value: rate, selected: rate === 1 }, `${rate}×`)),
  );
  select.addEventListener("change", () => actions.speed(Number(select.value)));
  return select;
}

function saveButton(actions) {
  const button = element("button", { type: "button", class: "plain" }, "Save…");
  button.title = "Save a range as a video or as label maps, or this frame as a picture";
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(actions.exports()));
  });
  return button;
}

function zoomButtons(actions) {
  const verbs = [
    ["−", "Zoom out (-)", () => actions.zoomOut()],
    ["+", "Zoom in (+, double click, or Ctrl and wheel)", () => actions.zoomIn()],
    ["Fit", "Show all of the picture (0)", () => actions.zoomReset()],
  ];
  const buttons = verbs.map(([text, title, verb]) => {
    const button = element("button", { type: "button", title, "aria-label": title }, text);
    button.addEventListener("click", verb);
    return button;
  });
  return element("span", { class: "verbs", role: "group", "aria-label": "Zoom" }, ...buttons);
}

function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(2).padStart(5, "0")}`;
}

// What the timeline's strips tell of a frame: how it reads, and how it looks.

import { spread } from "./spread.js";

const PATHS = { key: "15 118 110", full: "59 130 246", light: "148 184 214" };
const COST = ["key", "full", "light"]; // the most that ran comes first
const SPAN = "Pale to full spans all but the lowest and the highest 2% of the frames, and at least";

// What a scale spans at least, so that noise is not blown up, by its upper end.
const FIFTH = { of: (high) => high / 5, text: "a fifth of the upper end" };
const points = (number) => ({ of: () => number, text: `${number} points` });

// Each: `key`, `title`, `meaning`, `text(series, frame)` with its unit, and
// `colours(all)`, which looks at the series of all segmentations so that they share one scale, and
// gives `colourOf(series)(from, end)`, `isMarked(series, frame)` for frames worth going to, and
// what the colours stand for: `scale` with `meaning`, or `keys`.
export const MEASURES = [
  {
    key: "flicker",
    title: "ABA flicker",
    meaning: "Pixels that have another class in this frame alone; the stronger the colour, the more.",
    text: (series, frame) => number(series, "aba_flicker", frame, 2, "%"),
    colours: (all) =>
      shades(all, { name: "aba_flicker", unit: "%", ink: "229 72 77", least: points(0.5) }),
  },
  {
    key: "confidence",
    title: "Confidence",
    meaning: "Mean of the largest class probability; the stronger the colour, the less sure.",
    text: (series, frame) => number(series, "confidence", frame, 1, "%"),
    colours: (all) =>
      shades(all, {
        ...{ name: "confidence", unit: "%", ink: "142 78 198" },
        ...{ least: points(2), isLowFull: true },
      }),
  },
  {
    key: "path",
    title: "Compute path",
    meaning: "What ran: the static network (key), a light cell or a full cell.",
    text: (series, frame) => series.path(frame) || "–",
    colours: path,
  },
  {
    key: "time",
    title: "Network time",
    meaning: "Milliseconds that the network took; the stronger the colour, the longer.",
    text: (series, frame) => number(series, "network_ms", frame, 1, "ms"),
    colours: (all) =>
      shades(all, { name: "network_ms", unit: "ms", ink: "217 119 6", least: FIFTH }),
  },
];

function number(series, name, frame, digits, unit) {
  const value = series.number(name, frame);
  return Number.isNaN(value) ? "–" : `${value.toFixed(digits)} ${unit}`;
}

// `isLowFull`: the lowest number has the full colour. Of several frames to a pixel the one that
// stands out most is shown.
function shades(all, { name, unit, ink, least, isLowFull = false }) {
  const numbers = all.flatMap((series) => series.numbers(name));
  const [low, high] = spread(numbers, { least: least.of, most: unit === "%" ? 100 : Infinity });
  const [pale, full] = isLowFull ? [high, low] : [low, high];
  const share = (value) => (value - pale) / (full - pale);
  const choose = isLowFull ? Math.min : Math.max;
  const colourOf = (series) => (from, end) => {
    const value = extreme(series, name, from, end, choose);
    return value === null ? null : shade(ink, share(value));
  };
  const ends = [pale, full].map((end) => `${end.toFixed(high < 10 ? 2 : 1)} ${unit}`);
  const isFull = (series, frame) => share(series.number(name, frame)) >= 1; // false of NaN
  return {
    colourOf,
    isMarked: (series, frame) => isFull(series, frame) && !isFull(series, frame - 1),
    scale: numbers.length === 0 ? "" : `pale ${ends[0]}, full ${ends[1]}`,
    meaning: `${SPAN} ${least.text}.`,
  };
}

function path() {
  const colourOf = (series) => (from, end) => {
    const ran = new Set();
    for (let frame = from; frame < end; frame += 1) ran.add(series.path(frame));
    const most = COST.find((each) => ran.has(each));
    return most ? `rgb(${PATHS[most]})` : null;
  };
  const isMarked = (series, frame) =>
    series.path(frame) !== "" && series.path(frame) !== series.path(frame - 1);
  return { colourOf, isMarked, keys: PATHS };
}

function extreme(series, name, from, end, choose) {
  let found = null;
  for (let frame = from; frame < end; frame += 1) {
    const value = series.number(name, frame);
    if (!Number.isNaN(value)) found = found === null ? value : choose(found, value);
  }
  return found;
}

function shade(colour, share) {
  return `rgb(${colour} / ${(0.06 + 0.94 * Math.min(1, Math.max(0, share))).toFixed(3)})`;
}

// What the timeline's strips tell of a frame: how it reads, and how it looks.

const HEAT = { aba_flicker: "229 72 77", confidence: "142 78 198", network_ms: "217 119 6" };
const PATHS = { key: "15 118 110", full: "59 130 246", light: "148 184 214" };
const COST = ["key", "full", "light"]; // the most that ran comes first

// Each: `key`, `title`, `meaning`, `text(series, frame)` with its unit, and
// `colours(all)`, which looks at the series of all segmentations so that they share one scale, and
// gives `colourOf(series)(from, end)` with `scale`, what the strongest colour stands for.
export const MEASURES = [
  {
    key: "flicker",
    title: "ABA flicker",
    meaning: "Pixels that have another class in this frame alone; the stronger the colour, the more.",
    text: (series, frame) => number(series, "aba_flicker", frame, 2, "%"),
    colours: (all) => heat(all, "aba_flicker", "%"),
  },
  {
    key: "confidence",
    title: "Confidence",
    meaning: "Mean of the largest class probability; the stronger the colour, the less sure.",
    text: (series, frame) => number(series, "confidence", frame, 1, "%"),
    colours: doubt,
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
    colours: (all) => heat(all, "network_ms", "ms"),
  },
];

function number(series, name, frame, digits, unit) {
  const value = series.number(name, frame);
  return Number.isNaN(value) ? "–" : `${value.toFixed(digits)} ${unit}`;
}

// Of several frames to a pixel the one that stands out most is shown.
function heat(all, name, unit) {
  const most = Math.max(...all.map((series) => series.most(name)), 1e-9);
  const colourOf = (series) => (from, end) => {
    const value = extreme(series, name, from, end, Math.max);
    return value === null ? null : shade(HEAT[name], value / most);
  };
  return { colourOf, scale: `full colour: highest, ${most.toFixed(most < 10 ? 2 : 1)} ${unit}` };
}

function doubt(all) {
  const least = Math.min(...all.map((series) => series.least("confidence")), 100 - 1e-9);
  const colourOf = (series) => (from, end) => {
    const value = extreme(series, "confidence", from, end, Math.min);
    return value === null ? null : shade(HEAT.confidence, (100 - value) / (100 - least));
  };
  return { colourOf, scale: `full colour: lowest, ${least.toFixed(1)} %` };
}

function path() {
  const colourOf = (series) => (from, end) => {
    const ran = new Set();
    for (let frame = from; frame < end; frame += 1) ran.add(series.path(frame));
    const most = COST.find((each) => ran.has(each));
    return most ? `rgb(${PATHS[most]})` : null;
  };
  return { colourOf, keys: PATHS };
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

// All that a pane can show of a video and its layers, and what is shown at first.

import { DifferenceView } from "./difference_view.js";
import { FlickerView } from "./flicker_view.js";
import { LabelsView } from "./labels_view.js";
import { SourceView } from "./source_view.js";

// Views of the source, of every layer, of every two layers' difference, of every layer's flicker.
// Each has `key`, `kind`, `title`, `layers`, `needs(frame)` and `draw(context, picture, given)`;
// every pane has views of its own, since they keep what they have painted.
export function allViews(layers, colours) {
  const pairs = layers.flatMap((one, place) => layers.slice(place + 1).map((other) => [one, other]));
  return [
    new SourceView(),
    ...layers.map((layer) => new LabelsView(layer, colours)),
    ...pairs.map(([one, other]) => new DifferenceView(one, other)),
    ...layers.filter(({ kind }) => kind === "segmentation").map((layer) => new FlickerView(layer)),
  ];
}

// Keys of the views shown before anything is chosen: the source and all segmentations, with the
// difference where there are two of them.
export function firstKeys(layers) {
  const shown = layers.filter(({ kind }) => kind === "segmentation").map(({ key }) => key);
  const difference = shown.length === 2 ? [shown.join("-")] : [];
  return ["source", ...shown, ...difference];
}

// The two of them that are worth most where there is room for one pane: they lie on top of each
// other: the first two segmentations, or the source and the only one.
export function firstPair(layers) {
  const [one, other] = layers.filter(({ kind }) => kind === "segmentation").map(({ key }) => key);
  return other === undefined ? ["source", one] : [one, other];
}

// Those of `keys` that are keys of views; null where none is.
export function knownKeys(keys, views) {
  const known = keys.filter((key) => views.some((view) => view.key === key));
  return known.length === 0 ? null : known;
}

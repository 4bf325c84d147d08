// All panes as one picture, arranged as the exported video arranges them.

const GAP = 8;
const GROUND = "#0b0d10";

// `canvases`: those of the panes, of one size; `mode` and `share`: see the pane grid.
export function joined(canvases, { mode, share }) {
  return mode === "side" ? sideBySide(canvases) : onTop(canvases, mode, share);
}

function sideBySide(canvases) {
  const [{ width, height }] = canvases;
  const columns = canvases.length === 3 ? 3 : 2;
  const rows = Math.ceil(canvases.length / columns);
  const context = makeContext(columns * (width + GAP) - GAP, rows * (height + GAP) - GAP);
  canvases.forEach((canvas, place) => {
    const [column, row] = [place % columns, Math.floor(place / columns)];
    context.drawImage(canvas, column * (width + GAP), row * (height + GAP));
  });
  return context.canvas;
}

function onTop([below, above], mode, share) {
  const { width, height } = below;
  const context = makeContext(width, height);
  context.drawImage(below, 0, 0);
  if (mode === "blend") context.globalAlpha = share;
  const from = mode === "wipe" ? Math.round(share * width) : 0;
  const shown = width - from;
  if (shown > 0) context.drawImage(above, from, 0, shown, height, from, 0, shown, height);
  return context.canvas;
}

function makeContext(width, height) {
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  context.fillStyle = GROUND;
  context.fillRect(0, 0, width, height);
  return context;
}

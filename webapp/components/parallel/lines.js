// The lines of parallel coordinates: drawn on a canvas, and found by a place.

const ORDER = ["others", "plain", "chosen"]; // the last ones lie above
const OPACITY = { plain: 1, others: 0.3 };
const NEAR = 7; // pixels from a line

export function drawLines(canvas, axes, lines, colours, lit) {
  const context = canvas.getContext("2d");
  const scale = window.devicePixelRatio || 1;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.lineJoin = "round";
  for (const look of ORDER) {
    const alike = lines.filter((line) => line.look === look);
    context.strokeStyle = colours[look];
    context.globalAlpha = look === "chosen" ? 1 : OPACITY[look] * opacity(alike.length);
    context.lineWidth = look === "chosen" ? 2.2 : 1.2;
    for (const line of alike) trace(context, axes, line.values);
  }
  if (lit === null) return;
  context.globalAlpha = 1;
  context.lineWidth = 3;
  context.strokeStyle = colours[lit.look === "others" ? "plain" : lit.look];
  trace(context, axes, lit.values);
}

// The line that is nearest to a place, of those that are not dimmed; null where none is near.
export function nearestLine(axes, lines, at) {
  const index = axes.findIndex((axis, n) => n + 1 < axes.length && at.x <= axes[n + 1].x);
  if (index < 0 || at.x < axes[0].x) return null;
  const [left, right] = [axes[index], axes[index + 1]];
  const share = (at.x - left.x) / (right.x - left.x);
  let [found, least] = [null, NEAR];
  for (const line of lines) {
    if (line.look === "others") continue;
    const [from, to] = [left.y(line.values[index]), right.y(line.values[index + 1])];
    if (from === null || to === null) continue;
    const away = Math.abs(from + share * (to - from) - at.y);
    if (away < least) [found, least] = [line, away];
  }
  return found;
}

function opacity(count) {
  return Math.min(0.9, Math.max(0.15, 7 / Math.sqrt(count + 1)));
}

// A missing value leaves a gap; a value between two gaps is a dot.
function trace(context, axes, values) {
  const places = axes.map((axis, index) => axis.y(values[index]));
  context.beginPath();
  places.forEach((y, index) => {
    if (y === null) return;
    const isJoined = index > 0 && places[index - 1] !== null;
    if (isJoined) context.lineTo(axes[index].x, y);
    else context.moveTo(axes[index].x, y);
    const isAlone = !isJoined && (index + 1 >= places.length || places[index + 1] === null);
    if (isAlone) context.arc(axes[index].x, y, 1.5, 0, 2 * Math.PI);
  });
  context.stroke();
}

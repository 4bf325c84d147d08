// The parts of the drawing as SVG elements; text only ever becomes text.

const SVG = "http://www.w3.org/2000/svg";
const ARROW = 6;
const BAR = 4; // the height of a bar at the bottom of a box
const INSET = 10;

export function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

export function drawnBox({ id, kind, x, y, width, height, look, texts, share, told }) {
  const group = shape("g", {
    class: `box ${kind} ${look}`,
    transform: `translate(${x} ${y})`,
    tabindex: 0,
    role: "img",
    "aria-label": told.join(". "),
    "data-box": id,
  });
  group.append(shape("rect", { class: "outline", width, height, rx: 9 }));
  if (share !== null) {
    const bar = { x: INSET, y: height - BAR - 7, height: BAR, rx: BAR / 2 };
    const room = width - 2 * INSET;
    group.append(shape("rect", { ...bar, class: "track", width: room }));
    if (share > 0) group.append(shape("rect", { ...bar, class: "bar", width: Math.max(2, share * room) }));
  }
  for (const { x: left, y: base, text, look: style, end } of texts) {
    const anchor = end ? "end" : "start";
    group.append(shape("text", { class: style, x: left, y: base, "text-anchor": anchor }, text));
  }
  return group;
}

export function drawnWire({ points, is_past: isPast, source, target }) {
  const kind = isPast ? "wire past" : "wire";
  const group = shape("g", { class: kind, "data-wire": `${source}>${target}`, "aria-hidden": "true" });
  const [x, y] = points.at(-1);
  const corners = [
    [x, y],
    [x - ARROW - 1, y - ARROW / 2],
    [x - ARROW - 1, y + ARROW / 2],
  ];
  group.append(
    shape("path", { d: way([...points.slice(0, -1), [x - ARROW, y]]) }),
    shape("polygon", { points: corners.map((corner) => corner.join()).join(" ") }),
  );
  return group;
}

// A bend to every second point, straight on to those between.
function way(points) {
  const [first, ...others] = points;
  let [x, y] = first;
  let path = `M${x} ${y}`;
  others.forEach(([toX, toY], number) => {
    const middle = (x + toX) / 2;
    path += number % 2 === 0 ? `C${middle} ${y} ${middle} ${toY} ${toX} ${toY}` : `L${toX} ${toY}`;
    [x, y] = [toX, toY];
  });
  return path;
}

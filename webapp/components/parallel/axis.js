// One axis: its scale, its labels, and the range of it that is marked.

const SVG = "http://www.w3.org/2000/svg";
const HALF = 16; // of the strip that can be dragged along
const LEAST = 4; // pixels; a shorter drag is a click
const LONGEST = 17; // characters of a label's line

export function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

export class Axis {
  #axis;
  #place;
  #mark = shape("rect", { class: "mark", width: 14, rx: 3 });

  // `take(low, high)` is called with a newly marked range, or with nulls where it is taken away.
  constructor(axis, place, take) {
    this.#axis = axis;
    this.#place = place;
    this.label = axis.label;
    this.x = place.x;
    this.group = this.#drawn();
    this.#showMark(axis.marked);
    this.#listen(take);
  }

  // Where a value lies, in pixels from above; null where it is missing.
  y(value) {
    if (value === null) return null;
    const { low, high, falls } = this.#axis;
    const share = high > low ? (value - low) / (high - low) : 0.5;
    const { top, bottom } = this.#place;
    return bottom - (falls ? 1 - share : share) * (bottom - top);
  }

  text(value) {
    if (value === null) return "-";
    const { digits } = this.#axis;
    if (digits === 0) {
      for (const [scale, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
        if (Math.abs(value) >= scale) return `${Number((value / scale).toPrecision(3))} ${letter}`;
      }
    }
    return value.toFixed(digits);
  }

  #value(y) {
    const { low, high, falls } = this.#axis;
    const { top, bottom } = this.#place;
    const share = Math.min(1, Math.max(0, (bottom - y) / (bottom - top)));
    return low + (falls ? 1 - share : share) * (high - low);
  }

  #drawn() {
    const { x, top, bottom } = this.#place;
    const { key, label, low, high, falls } = this.#axis;
    const [above, below] = falls ? [low, high] : [high, low];
    const strip = { x: x - HALF, y: top - 8, width: 2 * HALF, height: bottom - top + 16 };
    const group = shape(
      "g",
      { class: "axis", "data-axis": key, role: "img", "aria-label": label },
      shape("line", { x1: x, x2: x, y1: top, y2: bottom }),
      this.#mark,
      shape("text", { x, y: top - 12, class: "end" }, this.text(above)),
      shape("text", { x, y: bottom + 18, class: "end" }, this.text(below)),
      shape("rect", { ...strip, class: "strip" }),
    );
    lines(label).forEach((line, index, all) => {
      const y = top - 27 - 12 * (all.length - 1 - index);
      group.append(shape("text", { x, y, class: "label" }, line));
    });
    return group;
  }

  #showMark(marked) {
    const { top, bottom } = this.#place;
    this.#mark.style.display = marked === null ? "none" : "";
    if (marked === null) return;
    const { low, high } = this.#axis;
    const ends = [this.y(marked[0] ?? low), this.y(marked[1] ?? high)];
    const [from, to] = ends.map((y) => Math.min(bottom, Math.max(top, y))).sort((a, b) => a - b);
    this.#mark.setAttribute("x", this.x - 7);
    this.#mark.setAttribute("y", from - 1);
    this.#mark.setAttribute("height", Math.max(2, to - from + 2));
  }

  #listen(take) {
    const strip = this.group.querySelector(".strip");
    let start = null;
    const height = (event) => event.clientY - this.group.ownerSVGElement.getBoundingClientRect().top;
    const range = (event) => {
      const ends = [this.#value(start), this.#value(height(event))];
      return ends.sort((a, b) => a - b);
    };
    strip.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      strip.setPointerCapture(event.pointerId);
      start = height(event);
    });
    strip.addEventListener("pointermove", (event) => {
      if (start !== null) this.#showMark(range(event));
    });
    strip.addEventListener("pointercancel", () => {
      start = null;
      this.#showMark(this.#axis.marked);
    });
    strip.addEventListener("pointerup", (event) => {
      if (start === null) return;
      const isClick = Math.abs(height(event) - start) < LEAST;
      const [low, high] = range(event);
      start = null;
      if (!isClick) take(low, high);
      else if (this.#axis.marked !== null) take(null, null);
      else this.#showMark(null);
    });
  }
}

// A label on at most two lines.
function lines(label) {
  if (label.length <= LONGEST) return [label];
  const words = label.split(" ");
  let first = words.shift();
  while (words.length > 0 && `${first} ${words[0]}`.length <= LONGEST) first += ` ${words.shift()}`;
  return words.length === 0 ? [first] : [first, words.join(" ")];
}

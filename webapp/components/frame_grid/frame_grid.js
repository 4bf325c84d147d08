// Many frames as small pictures with their labels over them, each drawn once it comes into sight.

import { element } from "../dom.js";
import { colourNumber, colourTable, painted } from "../frames/colour.js";
import { loadImage } from "../frames/fetched.js";
import { loadLabels } from "../frames/label_map.js";

const FLICKERS = colourNumber(255, 255, 255, 255);
const DIMMED = 0.4;
const WIDTH = 320; // of a small picture's canvas
const AT_ONCE = 4;
const BEFORE_SIGHT = "300px";

const mounted = new WeakMap(); // parent element -> grid

// Called again whenever the page around is drawn anew; pictures that stay are not drawn again.
export function mount({ parentElement, data, setTriggerValue }) {
  let grid = mounted.get(parentElement);
  if (grid === undefined) {
    grid = new FrameGrid();
    mounted.set(parentElement, grid);
    parentElement.append(grid.root);
  }
  grid.choose = (index) => setTriggerValue("chosen", index);
  grid.toggle = (index) => setTriggerValue("toggled", index);
  grid.show(data);
  return () => {
    mounted.get(parentElement)?.dispose();
    mounted.delete(parentElement);
  };
}

class FrameGrid {
  #shown = "";
  #cells = new Map(); // what it shows, as text -> cell
  #waiting = [];
  #running = 0;
  #aborter = new AbortController();
  #watcher = new IntersectionObserver((seen) => this.#see(seen), { rootMargin: BEFORE_SIGHT });
  choose = () => {};
  toggle = () => {};
  root = element("div", { class: "frame-grid" });

  show(data) {
    const wanted = JSON.stringify(data);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const { items, colours, opacity } = data;
    const kept = new Map();
    const cells = items.map((item, index) => {
      const key = JSON.stringify([item.image, item.labels, item.around, colours, opacity]);
      const cell = kept.has(key) ? undefined : this.#cells.get(key);
      const now = cell ?? new Cell(item, colours, opacity);
      now.describe(item, { choose: () => this.choose(index), toggle: () => this.toggle(index) });
      kept.set(cell === undefined && kept.has(key) ? `${key}${index}` : key, now);
      if (cell === undefined) this.#watcher.observe(now.root);
      return now;
    });
    for (const [key, cell] of this.#cells) if (kept.get(key) !== cell) this.#forget(cell);
    this.#cells = kept;
    this.root.replaceChildren(...cells.map((cell) => cell.root));
  }

  dispose() {
    this.#aborter.abort();
    this.#watcher.disconnect();
    this.root.remove();
  }

  #forget(cell) {
    this.#watcher.unobserve(cell.root);
    this.#waiting = this.#waiting.filter((other) => other !== cell);
  }

  #see(seen) {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      this.#watcher.unobserve(target);
      this.#waiting.push([...this.#cells.values()].find((cell) => cell.root === target));
    }
    this.#next();
  }

  #next() {
    while (this.#running < AT_ONCE && this.#waiting.length > 0) {
      const cell = this.#waiting.shift();
      if (cell === undefined) continue;
      this.#running += 1;
      cell.draw(this.#aborter.signal).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }
}

class Cell {
  #item;
  #colours;
  #opacity;
  #canvas = element("canvas", { width: 4, height: 3, "aria-hidden": true });
  #title = element("span", { class: "title" });
  #caption = element("span", { class: "caption" });
  #note = element("span", { class: "note" });
  #tick = element("input", { type: "checkbox", class: "tick" });
  #button;

  constructor(item, colours, opacity) {
    this.#item = item;
    this.#colours = colours;
    this.#opacity = opacity;
    this.#button = element(
      "button",
      { type: "button", class: "cell", "data-state": "waiting" },
      this.#canvas,
      this.#title,
      this.#caption,
      this.#note,
    );
    this.root = element("div", { class: "place" }, this.#button, this.#tick);
    const { width, height } = item;
    if (width > 0 && height > 0) this.#canvas.style.aspectRatio = `${width} / ${height}`;
  }

  // Without `ticked` there is nothing to tick.
  describe({ title, caption, note, ticked }, { choose, toggle }) {
    this.#title.textContent = title;
    this.#caption.textContent = caption ?? "";
    this.#caption.hidden = !caption;
    this.#note.textContent = note ?? "";
    this.#note.hidden = !note;
    this.#button.title = caption ? `${title}: ${caption}` : title;
    this.#button.onclick = choose;
    this.#tick.hidden = ticked === undefined;
    this.#tick.checked = ticked === true;
    this.#tick.ariaLabel = `Tick ${title}`;
    this.#tick.onchange = toggle;
  }

  async draw(signal) {
    try {
      const { image, labels, around = [] } = this.#item;
      const maps = labels === null ? [] : [labels, ...around];
      const [picture, map, ...others] = await Promise.all([
        loadImage(image, signal),
        ...maps.map((address) => loadLabels(address, signal)),
      ]);
      this.#paint(picture, map, others);
      picture.close();
      this.#button.dataset.state = "ready";
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#button.dataset.state = "failed";
      this.#caption.textContent = error.message;
      this.#caption.hidden = false;
    }
  }

  #paint(picture, map, others) {
    const scale = Math.min(1, WIDTH / picture.width);
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    this.#canvas.width = width;
    this.#canvas.height = height;
    const context = this.#canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, width, height);
    if (map === undefined) return;
    if (others.length === 2) {
      this.#mark(context, map, others);
      return;
    }
    const table = colourTable(this.#colours);
    context.globalAlpha = this.#opacity;
    context.imageSmoothingEnabled = false;
    context.drawImage(painted(map, (index) => table[map.labels[index]]), 0, 0, width, height);
  }
  // White where a pixel differs from the frames before and behind, which agree.
  #mark(context, map, [before, behind]) {
    const { width, height } = this.#canvas;
    const flickers = (index) =>
      before.labels[index] === behind.labels[index] && map.labels[index] !== before.labels[index];
    let count = 0;
    const marked = painted(map, (index) => {
      if (!flickers(index)) return 0;
      count += 1;
      return FLICKERS;
    });
    context.fillStyle = `rgb(0 0 0 / ${1 - DIMMED})`;
    context.fillRect(0, 0, width, height);
    context.drawImage(marked, 0, 0, width, height);
    this.#canvas.dataset.flickering = count;
  }
}

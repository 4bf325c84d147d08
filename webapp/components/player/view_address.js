// What is looked at, in the page's address: a link to it shows exactly this again. The address is
// changed in place, which the page around does not notice: nothing is drawn anew.

const remembered = new Map(); // video -> how it was looked at last, whatever was beside it

const PAUSE = 250; // milliseconds; browsers refuse an address that changes all the time

// One reader and one writer per part; a part that means nothing is left out.
const PARTS = {
  frame: { read: whole, write: String },
  panes: { read: (text) => text.split(" "), write: (keys) => keys.join(" ") },
  mode: { read: String, write: (mode) => (mode === "side" ? "" : mode) },
  share: { read: percent, write: (share) => (share === 0.5 ? "" : String(Math.round(100 * share))) },
  range: { read: ends, write: (range) => (range === null ? "" : range.join("-")) },
  opacity: { read: percent, write: (share) => String(Math.round(100 * share)) },
  hidden: { read: (text) => text.split(" ").map(Number), write: (ids) => ids.join(" ") },
  zoom: { read: place, write: ([zoom, ...at]) => (zoom === 1 ? "" : placeText(zoom, at)) },
};

// The parts that the address tells, by name; what cannot be read is left out.
function readView() {
  const told = new URLSearchParams(window.location.search);
  const view = {};
  for (const [name, { read }] of Object.entries(PARTS)) {
    const text = told.get(name);
    const value = text === null || text === "" ? null : read(text);
    if (value !== null) view[name] = value;
  }
  return view;
}

// The page's address with `view` in it.
export function addressOf(view) {
  const address = new URL(window.location.href);
  for (const [name, { write }] of Object.entries(PARTS)) {
    const text = view[name] === undefined ? "" : write(view[name]);
    if (text === "") address.searchParams.delete(name);
    else address.searchParams.set(name, text);
  }
  return address;
}

// What the page shows: another page or other segmentations have another player.
function shownByAddress() {
  const { pathname, searchParams } = new URL(window.location.href);
  return [pathname, ...searchParams.getAll("segmentation"), ...searchParams.getAll("with")].join(" ");
}

export class ViewAddress {
  #video;
  #shown = shownByAddress();
  #timer = 0;

  // `first` is what the address tells; what it does not is as it was left in this page.
  constructor(video) {
    this.#video = video;
    this.first = { ...remembered.get(video), ...readView() };
  }

  // Writes what `look()` gives, soon; while the video plays it is only remembered.
  keep(look, { isPlaying }) {
    const { panes: _panes, hidden: _hidden, ...kept } = look();
    remembered.set(this.#video, kept);
    clearTimeout(this.#timer);
    if (isPlaying) return;
    this.#timer = setTimeout(() => {
      if (shownByAddress() !== this.#shown) return; // something else is open by now
      const address = addressOf(look());
      if (address.href !== window.location.href) {
        window.history.replaceState(window.history.state, "", address);
      }
    }, PAUSE);
  }

  dispose() {
    clearTimeout(this.#timer);
  }
}

function whole(text) {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function percent(text) {
  const value = whole(text);
  return value === null ? null : Math.min(1, value / 100);
}

function ends(text) {
  const found = /^(\d{1,9})-(\d{1,9})$/.exec(text)?.slice(1).map(Number);
  return found && found[0] <= found[1] ? found : null;
}

function place(text) {
  const found = text.split(" ").map(Number);
  return found.length === 3 && found.every((value) => value >= 0) ? found : null;
}

function placeText(zoom, at) {
  return [zoom.toFixed(2), ...at.map((share) => share.toFixed(4))].join(" ");
}

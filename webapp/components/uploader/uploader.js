// Chooses files and uploads them one after the other, each resumable: a file that is chosen again
// after an interruption continues where it was.

import { element } from "../dom.js";
import { Transfer } from "./transfer.js";

const mounted = new WeakMap(); // parent element -> uploader

// Called again whenever the page around is drawn anew: a running upload goes on undisturbed.
export function mount({ parentElement, data, setTriggerValue }) {
  let uploader = mounted.get(parentElement);
  if (uploader === undefined) {
    uploader = new Uploader(data);
    mounted.set(parentElement, uploader);
    parentElement.append(uploader.root);
  }
  uploader.tell = (resultId) => setTriggerValue("uploaded", resultId);
  return () => {
    mounted.get(parentElement)?.dispose();
    mounted.delete(parentElement);
  };
}

class Uploader {
  #endpoint;
  #kind;
  #waiting = [];
  #running = null;
  #all = new Set();
  #list = element("ul", { class: "transfers" });
  tell = () => {};

  // `kind`: what the files shall become; `accept`, `label`, `title`, `hint`: of the drop zone.
  constructor({ endpoint, kind, accept, label, title, hint }) {
    this.#endpoint = endpoint;
    this.#kind = kind;
    const input = element("input", { type: "file", accept, multiple: true, "aria-label": label });
    const zone = element(
      "label",
      { class: "zone" },
      element("strong", {}, title),
      element("span", {}, hint),
      input,
    );
    input.addEventListener("change", () => {
      this.#add(input.files);
      input.value = "";
    });
    this.#acceptDrops(zone);
    this.root = element("div", { class: "uploader" }, zone, this.#list);
  }

  dispose() {
    for (const transfer of this.#all) transfer.pause();
    this.root.remove();
  }

  #acceptDrops(zone) {
    const mark = (isOver) => (event) => {
      event.preventDefault();
      zone.classList.toggle("over", isOver);
    };
    zone.addEventListener("dragover", mark(true));
    zone.addEventListener("dragleave", mark(false));
    zone.addEventListener("drop", (event) => {
      mark(false)(event);
      this.#add(event.dataTransfer.files);
    });
  }

  #add(files) {
    for (const old of [...this.#all]) if (old.isRefused) this.#remove(old);
    for (const file of files) {
      const transfer = new Transfer(file, { endpoint: this.#endpoint, kind: this.#kind }, {
        done: (resultId) => this.#finish(transfer, resultId),
        stopped: () => this.#rest(transfer),
        wanted: () => this.#queue(transfer),
        removed: () => this.#remove(transfer),
      });
      this.#all.add(transfer);
      this.#list.append(transfer.root);
      this.#queue(transfer);
    }
  }

  #queue(transfer) {
    this.#waiting.push(transfer);
    if (this.#running === null) this.#next(null);
  }

  #next(stopped) {
    if (this.#running !== stopped) return;
    this.#running = this.#waiting.shift() ?? null;
    this.#running?.start();
  }

  #rest(transfer) {
    this.#waiting = this.#waiting.filter((other) => other !== transfer);
    this.#next(transfer);
  }

  #remove(transfer) {
    this.#all.delete(transfer);
    transfer.root.remove();
    this.#rest(transfer);
  }

  #finish(transfer, resultId) {
    this.#remove(transfer);
    this.tell(resultId);
  }
}

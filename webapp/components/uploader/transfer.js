// One file on its way: progress, speed, time left, pause, and what went wrong in one sentence.

import "./vendor/tus.min.js";
import { element } from "../dom.js";

const CHUNK = 16 * 1024 * 1024; // a refusal is only read once a whole piece has been sent
const REFUSALS = [400, 403, 413, 415, 422]; // the same bytes would be refused again
const RETRIES = [0, 500, 1500, 4000, 10000];

export class Transfer {
  #upload;
  #events;
  #state = "waiting";
  #speed = new Speed();
  #from = 0; // bytes that had arrived when an upload of before was found
  #bar = element("progress", { max: 1, value: 0 });
  #status = element("span", { class: "status" }, "Waiting");
  #pauseButton = element("button", { type: "button" }, "Pause");
  #removeButton = element("button", { type: "button" }, "Cancel");

  // `kind`: what the file shall become; `events`: done(resultId), stopped(), wanted(), removed().
  constructor(file, { endpoint, kind }, events) {
    this.#events = events;
    this.#upload = new window.tus.Upload(file, {
      endpoint: window.location.origin + endpoint,
      chunkSize: CHUNK,
      retryDelays: RETRIES,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, kind },
      // The same file may be sent to become something else: that is another upload.
      fingerprint: async () => fingerprint(file, kind, endpoint),
      onProgress: (sent, total) => this.#progress(sent, total),
      onAfterResponse: (request, response) => {
        if (request.getMethod() === "HEAD") this.#goOn(Number(response.getHeader("Upload-Offset")));
        this.resultId = response.getHeader("Dyncell-Result") ?? this.resultId;
      },
      onSuccess: () => this.#succeed(),
      onError: (error) => this.#fail(error),
    });
    const name = element("span", { class: "name" });
    name.textContent = file.name;
    this.#pauseButton.addEventListener("click", () => this.#toggle());
    this.#removeButton.addEventListener("click", () => this.#giveUp());
    const buttons = element("span", { class: "buttons" }, this.#pauseButton, this.#removeButton);
    this.root = element("li", {}, name, buttons, this.#bar, this.#status);
    this.#show("waiting", "Waiting for the upload before it");
  }

  async start() {
    this.#show("running", "Starting");
    this.#speed = new Speed();
    const known = await this.#upload.findPreviousUploads();
    if (this.#state !== "running") return;
    if (known.length > 0 && this.#upload.url === null) {
      this.#upload.resumeFromPreviousUpload(known[0]);
    }
    this.#upload.start();
  }

  pause() {
    if (this.#state === "done") return;
    this.#upload.abort();
    this.#show("paused", "Paused");
  }

  #toggle() {
    if (this.#state === "running" || this.#state === "waiting") {
      this.pause();
      this.#events.stopped();
    } else {
      this.#show("waiting", "Waiting for the upload before it");
      this.#events.wanted();
    }
  }

  #giveUp() {
    this.#state = "done";
    // The server forgets the bytes; if it cannot be told, they expire by themselves.
    this.#upload.abort(true).catch(() => {});
    this.#events.removed();
  }

  // The server has a part of this file, from before it was cut off, paused, or chosen again.
  #goOn(arrived) {
    if (this.#state !== "running" || !(arrived > 0)) return;
    this.#from = arrived;
    this.#status.textContent = `Goes on from ${bytes(arrived)}`;
  }

  #progress(sent, total) {
    if (this.#state !== "running") return;
    this.#bar.value = total > 0 ? sent / total : 0;
    const rate = this.#speed.at(sent);
    const left = rate > 0 ? `, ${duration((total - sent) / rate)} left` : "";
    const speed = rate > 0 ? ` at ${bytes(rate)}/s${left}` : "";
    const from = this.#from > 0 ? `, went on from ${bytes(this.#from)}` : "";
    this.#status.textContent = `${bytes(sent)} of ${bytes(total)}${speed}${from}`;
  }

  #succeed() {
    this.#bar.value = 1;
    this.#show("done", "Done");
    this.#events.done(this.resultId ?? null);
  }

  // Whether the server will not have this file, however often it is sent.
  get isRefused() {
    return this.#state === "refused";
  }

  #fail(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    this.#show(REFUSALS.includes(status) ? "refused" : "failed", sentence(error));
    this.#events.stopped();
  }

  #show(state, text) {
    this.#state = state;
    this.root.dataset.state = state;
    this.#status.textContent = text;
    const isGoing = state === "running" || state === "waiting";
    this.#pauseButton.textContent = isGoing ? "Pause" : "Continue";
    this.#pauseButton.hidden = state === "refused";
    this.#removeButton.textContent = state === "refused" ? "Dismiss" : "Cancel";
  }
}

// The rate over the last seconds, in bytes per second.
class Speed {
  #marks = [];

  at(sent) {
    const now = performance.now();
    this.#marks.push([now, sent]);
    while (now - this.#marks[0][0] > 4000 && this.#marks.length > 2) this.#marks.shift();
    const [start, before] = this.#marks[0];
    return now - start < 250 ? 0 : (1000 * (sent - before)) / (now - start);
  }
}

function fingerprint({ name, size, lastModified }, kind, endpoint) {
  return ["dyncell", kind, name, size, lastModified, endpoint].join("-");
}

function sentence(error) {
  const body = error.originalResponse?.getBody();
  try {
    const { detail } = JSON.parse(body);
    if (typeof detail === "string") return detail;
  } catch {
    // not a sentence of ours
  }
  return "The connection to the server was lost; press Continue when it is back.";
}

function bytes(count) {
  const units = ["B", "kB", "MB", "GB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  return `${(count / 1000 ** step).toFixed(step > 1 ? 1 : 0)} ${units[step]}`;
}

function duration(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

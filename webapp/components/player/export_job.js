// An export that the server makes: ordered, followed until it is done, then downloaded.

import { element } from "../dom.js";
import { fetched } from "../frames/fetched.js";

const API = "/api/v1";
const PAUSE = 400; // milliseconds between looks at the job

export class ExportJob {
  #aborter = new AbortController();
  #id = null;

  // Orders it and resolves with its file's address once it is done, with null if it was cancelled;
  // `told(progress)` is called meanwhile. Rejects with a sentence.
  async run(order, told) {
    let job = await this.#ask(`${API}/exports`, { method: "POST", body: JSON.stringify(order) });
    this.#id = job.id;
    while (job.state === "queued" || job.state === "running") {
      told(job.progress);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      job = await this.#ask(`${API}/jobs/${job.id}`);
    }
    if (job.state === "failed") throw new Error(job.error ?? "It failed without a reason.");
    return job.state === "done" ? `${API}/exports/${job.id}/file` : null;
  }

  async cancel() {
    if (this.#id !== null) await this.#ask(`${API}/jobs/${this.#id}/cancel`, { method: "POST" });
  }

  // Follows it no longer; the server makes it all the same.
  forget() {
    this.#aborter.abort();
  }

  async #ask(url, options = {}) {
    const headers = { "Content-Type": "application/json" };
    const response = await fetched(url, this.#aborter.signal, { headers, ...options });
    return response.json();
  }
}

export function download(href) {
  element("a", { href, download: "" }).click();
}

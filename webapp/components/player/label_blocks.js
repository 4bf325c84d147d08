// The label maps of a segmentation, fetched in blocks of frames and kept within a budget.

const FEWEST_KEPT = 3;
const AT_ONCE = 3;
const PAUSES = [300, 1000, 3000]; // milliseconds before a failed block is asked for again

export class LabelBlocks {
  #url;
  #first;
  #frames;
  #blockFrames;
  #kept = new Map(); // block number -> block, the least recently used first
  #coming = new Map(); // block number -> promise
  #aborter = new AbortController();

  // `first`, `frames`: which frames of the video have labels; `width`, `height`: of one map;
  // `budget`: bytes of unpacked labels to keep.
  constructor({ url, first, frames, width, height, budget, blockFrames = 16 }) {
    this.#url = url;
    this.#first = first;
    this.#frames = frames;
    this.#blockFrames = blockFrames;
    const bytes = width * height * blockFrames;
    this.capacity = Math.max(FEWEST_KEPT, Math.floor(budget / Math.max(1, bytes)));
  }

  covers(frame) {
    return frame >= this.#first && frame < this.#first + this.#frames;
  }

  has(frame) {
    return this.#kept.has(this.#blockOf(frame));
  }

  // The labels of a frame, or null while they are not here: {width, height, labels}.
  peek(frame) {
    const number = this.#blockOf(frame);
    const block = this.#kept.get(number);
    if (block === undefined) return null;
    this.#kept.delete(number);
    this.#kept.set(number, block);
    const size = block.width * block.height;
    const within = frame - this.#first - block.start;
    const labels = block.data.subarray(within * size, (within + 1) * size);
    return { width: block.width, height: block.height, labels };
  }

  // Resolves once `peek(frame)` gives labels; rejects with a sentence.
  load(frame) {
    return this.#load(this.#blockOf(frame));
  }

  // Asks for the blocks of the frames that follow, as far as there is room for them.
  prefetch(frame, count) {
    const last = Math.min(frame + count, this.#first + this.#frames - 1);
    const from = Math.max(frame, this.#first);
    if (last < from) return;
    const end = Math.min(this.#blockOf(last), this.#blockOf(from) + this.capacity - 2);
    for (let number = this.#blockOf(from); number <= end; number += 1) {
      if (this.#coming.size >= AT_ONCE) return;
      if (!this.#kept.has(number)) this.#load(number).catch(() => {});
    }
  }

  dispose() {
    this.#aborter.abort();
    this.#kept.clear();
  }

  #blockOf(frame) {
    return Math.floor((frame - this.#first) / this.#blockFrames);
  }

  #load(number) {
    if (this.#kept.has(number)) return Promise.resolve();
    if (!this.#coming.has(number)) {
      const coming = this.#persist(number).finally(() => this.#coming.delete(number));
      this.#coming.set(number, coming);
    }
    return this.#coming.get(number);
  }

  async #persist(number) {
    for (const pause of [...PAUSES, null]) {
      try {
        this.#keep(number, await this.#fetch(number));
        return;
      } catch (error) {
        if (pause === null || error.isFinal || this.#aborter.signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async #fetch(number) {
    const start = number * this.#blockFrames;
    const count = Math.min(this.#blockFrames, this.#frames - start);
    const address = `${this.#url}?start=${start}&count=${count}`;
    const response = await fetch(address, { signal: this.#aborter.signal });
    if (!response.ok) throw await refusal(response);
    const [at, width, height] = ["Start", "Width", "Height"].map((name) =>
      Number(response.headers.get(`Dyncell-${name}`)),
    );
    const unpacked = response.body.pipeThrough(new DecompressionStream("deflate"));
    const data = new Uint8Array(await new Response(unpacked).arrayBuffer());
    if (at !== start || data.length !== count * width * height) {
      throw new Error(`The labels of frames ${start} to ${start + count - 1} are damaged.`);
    }
    return { start, width, height, data };
  }

  #keep(number, block) {
    this.#kept.set(number, block);
    while (this.#kept.size > this.capacity) {
      this.#kept.delete(this.#kept.keys().next().value);
    }
  }
}

async function refusal(response) {
  const document = await response.json().catch(() => null);
  const error = new Error(document?.detail ?? `The server answered ${response.status}.`);
  error.isFinal = response.status >= 400 && response.status < 500;
  return error;
}

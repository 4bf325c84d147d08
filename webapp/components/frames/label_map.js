// Label maps as they are stored: 8-bit grey PNGs whose grey levels are class ids. They are unpacked
// here, number by number: a browser's own pictures may be colour managed, or blurred for privacy.

import { fetched } from "./fetched.js";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

// Gives {width, height, labels}; rejects with a sentence.
export async function loadLabels(url, signal) {
  const response = await fetched(url, signal);
  return decodePng(new Uint8Array(await response.arrayBuffer()));
}

export async function decodePng(bytes) {
  if (SIGNATURE.some((value, place) => bytes[place] !== value)) throw damaged();
  const { width, height, packed } = readChunks(bytes);
  const unpacked = new Blob(packed).stream().pipeThrough(new DecompressionStream("deflate"));
  const rows = new Uint8Array(await new Response(unpacked).arrayBuffer().catch(() => []));
  if (rows.length !== height * (width + 1)) throw damaged();
  return { width, height, labels: unfiltered(rows, width, height) };
}

function readChunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed = [];
  let width = 0;
  let height = 0;
  let at = SIGNATURE.length;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const start = at + 8;
    if (start + length + 4 > bytes.length) break;
    if (kind === "IHDR") {
      width = view.getUint32(start);
      height = view.getUint32(start + 4);
      const [depth, colour, , , interlaced] = bytes.subarray(start + 8, start + 13);
      if (depth !== 8 || colour !== 0 || interlaced !== 0) throw damaged();
    } else if (kind === "IDAT") {
      packed.push(bytes.subarray(start, start + length));
    }
    at = start + length + 4;
  }
  if (width < 1 || height < 1) throw damaged();
  return { width, height, packed };
}

// Takes the row filters back (PNG specification, section 9).
function unfiltered(rows, width, height) {
  const labels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * (width + 1)];
    const from = y * (width + 1) + 1;
    const to = y * width;
    for (let x = 0; x < width; x += 1) {
      const left = x > 0 ? labels[to + x - 1] : 0;
      const above = y > 0 ? labels[to + x - width] : 0;
      let guess = 0;
      if (filter === 1) guess = left;
      else if (filter === 2) guess = above;
      else if (filter === 3) guess = (left + above) >> 1;
      else if (filter === 4) guess = paeth(left, above, x > 0 && y > 0 ? labels[to + x - width - 1] : 0);
      labels[to + x] = rows[from + x] + guess;
    }
  }
  return labels;
}

function paeth(left, above, corner) {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

function damaged() {
  return new Error("The label map is damaged.");
}

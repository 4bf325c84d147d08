// Class ids as colours on a canvas of the label map's own size.

export const NO_CLASS = 255;

const DIMMED = 0.12;

// A colour for each id; those in `hidden` are see-through, and all but `lit` where there is one.
export function colourTable(colours, { hidden = new Set(), lit = null } = {}) {
  const table = new Uint32Array(256);
  const bytes = new Uint8Array(table.buffer);
  colours.forEach(([red, green, blue], id) => {
    let alpha = hidden.has(id) && lit !== id ? 0 : 1;
    if (lit !== null && lit !== id) alpha = DIMMED;
    bytes.set([red, green, blue, Math.round(255 * alpha)], 4 * id);
  });
  return table;
}

// Paints one colour of `colourOf(index)` per pixel; a colour is a number as in `colourTable`.
export function painted({ width, height }, colourOf, canvas = document.createElement("canvas")) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = colourOf(index);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

export function colourNumber(red, green, blue, alpha) {
  return new Uint32Array(new Uint8Array([red, green, blue, alpha]).buffer)[0];
}

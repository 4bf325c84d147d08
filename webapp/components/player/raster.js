// A picture made pixel by pixel, of one size for as long as nothing else is asked for.

export class Raster {
  canvas = document.createElement("canvas");
  #image = null;

  // Lets `fill(pixels)` set one colour number per pixel, see `colourNumber`, and gives the canvas.
  paint({ width, height }, fill) {
    if (this.#image === null || this.#image.width !== width || this.#image.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.#image = new ImageData(width, height);
    }
    fill(new Uint32Array(this.#image.data.buffer));
    this.canvas.getContext("2d").putImageData(this.#image, 0, 0);
    return this.canvas;
  }
}

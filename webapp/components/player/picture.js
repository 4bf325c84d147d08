// The picture that all panes show: kept, so that they can be painted again without the video.

const LONGEST_SIDE = 1920; // larger videos are kept smaller

export class Picture {
  canvas = document.createElement("canvas");

  constructor(width, height) {
    this.resize(width, height);
  }

  resize(width, height) {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    this.canvas.width = Math.max(1, Math.round(width * scale));
    this.canvas.height = Math.max(1, Math.round(height * scale));
  }

  take(image) {
    const { width, height } = this.canvas;
    this.canvas.getContext("2d").drawImage(image, 0, 0, width, height);
  }
}

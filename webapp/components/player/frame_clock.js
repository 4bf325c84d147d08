// Says exactly which frame of a video is in front of us, and brings any wanted one there.
//
// Browsers only know times. A frame is sought at its middle, and what then appears is identified by
// its own timestamp: `VideoFrame` gives pixels and timestamp in one piece; where it is missing,
// the callback's `mediaTime` speaks for the picture copied in the same callback. When another
// frame than the one sought appears, it is sought again at another place within the frame.

const WITHIN_FRAME = [0.5, 0.25, 0.75, 0.9, 0.1];
const SILENCE = 400; // milliseconds after `seeked` until we look for ourselves

export class FrameClock {
  #video;
  #fps;
  #frames;
  #present;
  #goal = null; // the frame sought at this moment
  #next = null; // the frame to seek after that
  #attempt = 0;
  #timer = 0;
  #isDisposed = false;

  // `present(frame, image)` takes over the image and closes it.
  constructor(video, { fps, frames, present }) {
    this.#video = video;
    this.#fps = fps;
    this.#frames = frames;
    this.#present = present;
    video.addEventListener("seeked", this.#watch);
    video.addEventListener("pause", this.#watch);
    this.#listen();
  }

  get goal() {
    return this.#next ?? this.#goal;
  }

  seek(frame) {
    const wanted = Math.min(Math.max(0, Math.round(frame)), this.#frames - 1);
    if (this.#goal !== null) {
      this.#next = wanted;
      return;
    }
    this.#attempt = 0;
    this.#start(wanted);
  }

  async play() {
    this.#goal = this.#next = null;
    await this.#video.play();
  }

  pause() {
    this.#video.pause();
  }

  dispose() {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#video.removeEventListener("seeked", this.#watch);
    this.#video.removeEventListener("pause", this.#watch);
  }

  #start(frame) {
    this.#goal = frame;
    this.#video.currentTime = (frame + WITHIN_FRAME[this.#attempt]) / this.#fps;
  }

  #listen() {
    if (this.#isDisposed) return;
    this.#video.requestVideoFrameCallback((_now, metadata) => {
      this.#look(metadata.mediaTime);
      this.#listen();
    });
  }

  // Nothing is presented anew when a seek ends on the picture that is there, or on a pause.
  #watch = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(null), SILENCE);
  };

  #look(mediaTime) {
    if (this.#isDisposed) return;
    const seen = this.#capture(mediaTime);
    if (seen === null) {
      if (this.#goal !== null && mediaTime === null) this.#again();
      return;
    }
    if (this.#goal === null) {
      this.#present(seen.frame, seen.image);
    } else if (seen.frame === this.#goal || this.#attempt === WITHIN_FRAME.length) {
      this.#arrive(seen);
    } else {
      seen.image.close();
      if (!this.#video.seeking) this.#again();
    }
  }

  #arrive({ frame, image }) {
    clearTimeout(this.#timer);
    this.#goal = null;
    this.#attempt = 0;
    this.#present(frame, image);
    const next = this.#next;
    this.#next = null;
    if (next !== null && next !== frame) this.#start(next);
  }

  #again() {
    this.#attempt += 1;
    if (this.#attempt < WITHIN_FRAME.length) {
      this.#start(this.#goal);
    } else {
      this.#watch(); // five places tried: show what there is, under its own number
    }
  }

  #capture(mediaTime) {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    const timed = captureTimed(this.#video);
    if (timed !== null) return { frame: this.#number(timed.timestamp / 1e6), image: timed };
    if (mediaTime === null) return null;
    return { frame: this.#number(mediaTime), image: copyOf(this.#video) };
  }

  #number(seconds) {
    return Math.min(Math.max(0, Math.round(seconds * this.#fps)), this.#frames - 1);
  }
}

function captureTimed(video) {
  if (typeof VideoFrame === "undefined") return null; // not in pages without TLS on other hosts
  try {
    return new VideoFrame(video);
  } catch {
    return null;
  }
}

function copyOf(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.close = () => {};
  return canvas;
}

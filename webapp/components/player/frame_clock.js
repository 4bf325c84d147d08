// Says exactly which frame of a video is in front of us, and brings any wanted one there.
//
// Browsers only know times. A frame is sought at its middle, and what then appears is identified by
// its own timestamp: `VideoFrame` gives pixels and timestamp in one piece; where it is missing,
// the callback's `mediaTime` speaks for the picture copied in the same callback. When another
// frame than the one sought appears, it is sought again at another place within the frame.

const WITHIN_FRAME = [0.5, 0.25, 0.75, 0.9, 0.1];
const LOOKS = [0, 50, 150, 400]; // milliseconds between looks once the browser says `seeked`
const UNTIMED = 1; // seeks after which, without timed pictures, the clock's own time is believed

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

  // Browsers present nothing anew when a seek ends on the picture that is there, on a pause, or
  // while nobody watches the screen: so we look for ourselves.
  #watch = () => this.#lookAfter(0);

  #lookAfter(look) {
    clearTimeout(this.#timer);
    if (look === LOOKS.length) {
      if (this.#goal !== null && !this.#video.seeking) this.#again();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#look(null);
      if (this.#goal !== null && !this.#video.seeking) this.#lookAfter(look + 1);
    }, LOOKS[look]);
  }

  #look(mediaTime) {
    if (this.#isDisposed) return;
    const seen = this.#capture(mediaTime);
    if (seen === null) return;
    const isLast = this.#attempt >= WITHIN_FRAME.length; // show what there is, under its number
    if (this.#goal === null) {
      this.#present(seen.frame, seen.image);
    } else if (seen.frame === this.#goal || (isLast && !this.#video.seeking)) {
      this.#arrive(seen);
    } else {
      seen.image.close();
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
      this.#watch();
    }
  }

  #capture(mediaTime) {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    const timed = captureTimed(this.#video);
    if (timed !== null) return { frame: this.#number(timed.timestamp / 1e6), image: timed };
    if (mediaTime !== null) return { frame: this.#number(mediaTime), image: copyOf(this.#video) };
    const isResting = this.#video.paused && !this.#video.seeking;
    if (!isResting || this.#attempt < UNTIMED) return null;
    const frame = Math.floor(this.#video.currentTime * this.#fps);
    return { frame, image: copyOf(this.#video) };
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

"""Small video files for tests, made on the spot with PyAV."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]

CAMVID = Path(__file__).resolve().parents[2] / "shared" / "camvid"
"""The CamVid copy beside the repository; absent on most machines."""

needs_camvid = pytest.mark.skipif(
    not (CAMVID / "val" / "images").is_dir(), reason=f"{CAMVID} is not on this machine"
)

_BITS = 16
_COLUMNS, _ROWS = 4, 4


@dataclass(frozen=True)
class Recipe:
    """How a test file is coded."""

    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    container: str | None = None
    options: tuple[tuple[str, str], ...] = (("preset", "ultrafast"), ("crf", "18"))
    rotation: int = 0
    sound: str | None = None
    colorspace: int | None = None
    full_range: bool = False
    aspect: Fraction | None = None


def make_video(
    path: Path,
    frames: Iterable[Rgb],
    *,
    fps: Fraction | int = 15,
    times: Sequence[float] | None = None,
    recipe: Recipe | None = None,
) -> Path:
    """Writes RGB frames at a constant rate, or at `times` in seconds; rotation is anticlockwise."""
    recipe = recipe or Recipe()
    clock = Fraction(1, 90_000)
    with av.open(str(path), "w", format=recipe.container) as out:
        video = None
        sound = None
        shown = 0.0
        for number, rgb in enumerate(frames):
            if video is None:
                video = out.add_stream(recipe.codec, rate=fps, options=dict(recipe.options))
                video.height, video.width = rgb.shape[:2]
                video.pix_fmt = recipe.pix_fmt
                if times is not None:
                    video.codec_context.time_base = clock
                if recipe.colorspace is not None:
                    video.codec_context.colorspace = recipe.colorspace
                if recipe.full_range:
                    video.codec_context.color_range = 2
                if recipe.aspect is not None:
                    video.codec_context.sample_aspect_ratio = recipe.aspect
                if recipe.rotation:
                    video.set_display_rotation(recipe.rotation)
                if recipe.sound is not None:
                    sound = out.add_stream(recipe.sound, rate=48_000)
            picture = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            picture = picture.reformat(
                format=recipe.pix_fmt,
                dst_colorspace=recipe.colorspace,
                src_color_range=2,
                dst_color_range=2 if recipe.full_range else 1,
            )
            shown = times[number] if times is not None else number / float(fps)
            if times is None:
                picture.pts, picture.time_base = number, 1 / Fraction(fps)
            else:
                picture.pts, picture.time_base = round(shown / clock), clock
            out.mux(video.encode(picture))
        if video is not None:
            out.mux(video.encode(None))
        if sound is not None:
            for beep in _beeps(shown):
                out.mux(sound.encode(beep))
            out.mux(sound.encode(None))
    return path


def _beeps(seconds: float) -> Iterable[AudioFrame]:
    rate, size = 48_000, 1024
    for start in range(0, max(int(seconds * rate), size), size):
        wave = np.sin(2 * np.pi * 440 * np.arange(start, start + size) / rate)
        samples = np.stack([wave, wave]).astype(np.float32) * 0.2
        frame = AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame


def barcode(number: int, *, width: int = 160, height: int = 120) -> Rgb:
    """A frame whose 16-bit number fills the picture as dark and bright blocks."""
    bits = [(number >> bit) & 1 for bit in range(_BITS)]
    small = np.array([210 if bit else 40 for bit in bits], np.uint8).reshape(_ROWS, _COLUMNS)
    grey = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.repeat(grey[..., None], 3, axis=2)


def read_barcode(rgb: Rgb) -> int:
    """The number in a barcode frame of any size, however it was coded."""
    height, width = rgb.shape[:2]
    rows = ((np.arange(_ROWS) + 0.5) * height / _ROWS).astype(int)
    columns = ((np.arange(_COLUMNS) + 0.5) * width / _COLUMNS).astype(int)
    bits = rgb[rows][:, columns].mean(axis=2).ravel() > 125
    return int(sum(1 << place for place, bit in enumerate(bits) if bit))


def barcode_video(
    path: Path, frames: int, *, fps: Fraction | int = 15, width: int = 160, height: int = 120
) -> Path:
    """An H.264 .mp4 whose frames carry their numbers; x264's presets give it B-frames."""
    pictures = (barcode(n, width=width, height=height) for n in range(frames))
    return make_video(
        path, pictures, fps=fps, recipe=Recipe(options=(("preset", "veryfast"), ("bf", "3")))
    )


def phone_video(path: Path, *, frames: int = 12, width: int = 3840, height: int = 2160) -> Path:
    """What a phone held upright records: HEVC, rotated, variable frame rate, 4K, AAC sound."""
    times = np.cumsum([0, *(1 / 30 if n % 3 else 1 / 24 for n in range(frames - 1))])
    options = (("preset", "ultrafast"), ("x265-params", "log-level=none"))
    return make_video(
        path,
        (_phone_picture(n, width, height) for n in range(frames)),
        times=[float(t) for t in times],
        recipe=Recipe(codec="libx265", rotation=90, sound="aac", options=options),
    )


def _phone_picture(number: int, width: int, height: int) -> Rgb:
    rgb = np.full((height, width, 3), (60, 110, 160), np.uint8)
    rgb[: height // 2, : width // 2] = (220, 40, 40)
    left = width // 2 + number * width // 64
    rgb[height // 2 :, left : left + width // 16] = (240, 240, 90)
    return rgb


def camvid_video(path: Path, *, frames: int | None = None) -> Path:
    """The CamVid val drive as an .mp4 at 15 frames a second."""
    files = sorted((CAMVID / "val" / "images").iterdir())[:frames]
    pictures = (cv2.cvtColor(cv2.imread(str(f)), cv2.COLOR_BGR2RGB) for f in files)
    return make_video(path, pictures, fps=15)


def bad_files(folder: Path) -> dict[str, Path]:
    """One broken file of each kind, by what is wrong with it."""
    good = barcode_video(folder / "good.mp4", 30)
    data = good.read_bytes()
    made = {
        "not a video": bytes(range(256)) * 20,
        "a text": "Liebes Tagebuch, heute fährt ".encode() * 500,
        "empty": b"",
        "no index": data[: data.index(b"moov") - 4],
        "a playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "a concat list": b"ffconcat version 1.0\nfile /etc/passwd\n",
        "a session description": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5004 RTP/AVP 96\n",
        "a picture": cv2.imencode(".jpg", barcode(3))[1].tobytes(),
        "a header alone": data[:32],
    }
    paths = {}
    for kind, content in made.items():
        paths[kind] = folder / f"{kind.replace(' ', '_')}.mp4"
        paths[kind].write_bytes(content)
    paths["sound alone"] = _sound_alone(folder / "sound.mp4")
    paths["1x1"] = _claiming(folder / "dot.mp4", 1, 1)
    paths["20000x20000"] = _claiming(folder / "huge.mp4", 20_000, 20_000)
    paths["zero frames"] = _no_frames(folder / "none.mp4")
    paths["a movie that names another file"] = _reference_movie(folder / "reference.mp4")
    paths["a playlist inside a container"] = playlist_as_picture(folder / "inside.mp4")
    paths["missing"] = folder / "nowhere.mp4"
    return paths


def _sound_alone(path: Path) -> Path:
    with av.open(str(path), "w") as out:
        sound = out.add_stream("aac", rate=48_000)
        for beep in _beeps(0.5):
            out.mux(sound.encode(beep))
        out.mux(sound.encode(None))
    return path


def _claiming(path: Path, width: int, height: int) -> Path:
    """A Motion JPEG .avi under another name whose one picture claims the given size."""
    jpeg = bytearray(cv2.imencode(".jpg", barcode(0))[1].tobytes())
    struct.pack_into(">HH", jpeg, jpeg.index(b"\xff\xc0") + 5, height, width)
    # Decoders look at the size only where there is data enough for it.
    jpeg[-2:] = bytes(width * height // 200) + b"\xff\xd9"
    with av.open(str(path), "w", format="avi") as out:
        stream = out.add_mux_stream("mjpeg", rate=15, width=width, height=height)
        packet = av.Packet(bytes(jpeg))
        packet.stream, packet.pts, packet.dts = stream, 0, 0
        packet.time_base = Fraction(1, 15)
        out.mux(packet)
    return path


def _no_frames(path: Path) -> Path:
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=15)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        out.start_encoding()
    return path


def _atom(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def _reference_movie(path: Path) -> Path:
    """A QuickTime movie that only names another file."""
    address = b"file:///etc/passwd\0"
    reference = _atom(b"rdrf", struct.pack(">I4sI", 0, b"url ", len(address)) + address)
    movie = _atom(b"moov", _atom(b"rmra", _atom(b"rmda", reference)))
    path.write_bytes(_atom(b"ftyp", b"qt  " + bytes(4) + b"qt  ") + movie)
    return path


def playlist_as_picture(path: Path) -> Path:
    """An .avi whose video track's only picture is a playlist."""
    with av.open(str(path), "w", format="avi") as out:
        stream = out.add_mux_stream("mjpeg", rate=15, width=160, height=120)
        packet = av.Packet(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
        packet.stream, packet.pts, packet.dts = stream, 0, 0
        packet.time_base = Fraction(1, 15)
        out.mux(packet)
    return path


def cut(source: Path, path: Path, share: float) -> Path:
    """The first part of a file."""
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path

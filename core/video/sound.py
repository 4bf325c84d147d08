"""Carries the sound of a source into an export, packet by packet beside the pictures."""

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

from core.video.container import Opened, open_video

_COPIED = frozenset(("aac", "mp3", "opus", "ac3", "eac3", "alac"))
_AHEAD = 0.5


class Sound:
    """The first sound track of a source, shifted so that the export starts at 0.

    Copied as it is where MP4 can carry its codec, coded anew as AAC otherwise.
    """

    def __init__(self, source: Path, output: OutputContainer) -> None:
        """Adds the track to the output; nothing is added where the source has no sound.

        Args:
            source: The video the sound is taken from.
            output: An output that has not been started.

        Raises:
            BadMedia: The source is no video that is taken.
        """
        self._stack = ExitStack()
        self._output = output
        self._waiting: Packet[AudioStream] | None = None
        self._packets: Iterator[Packet[AudioStream]] = iter(())
        self._offset = 0.0
        opened = self._stack.enter_context(open_video(source, name=source.name))
        tracks = opened.container.streams.audio
        if not tracks:
            return
        track = tracks[0]
        if track.codec_context.name in _COPIED and opened.kind != "mpegts":
            target = output.add_stream_from_template(track)
            self._packets = self._copied(opened, track, target)
        else:
            coded = output.add_stream("aac", rate=track.codec_context.sample_rate or 48_000)
            self._packets = self._coded(opened, track, coded)

    def start(self, seconds: float) -> None:
        """Says which moment of the source is the start of the export."""
        self._offset = seconds

    def until(self, seconds: float) -> None:
        """Writes what is heard up to a moment of the source."""
        while True:
            packet = self._waiting or next(self._packets, None)
            self._waiting = packet
            if packet is None or _time(packet) + self._offset > seconds + _AHEAD:
                return
            self._waiting = None
            self._output.mux(packet)

    def finish(self, seconds: float) -> None:
        """Writes the rest up to a moment of the source and closes the source."""
        self.until(seconds - _AHEAD)
        self.close()

    def close(self) -> None:
        """Closes the source."""
        self._packets = iter(())
        self._stack.close()

    def _copied(
        self, opened: Opened, track: AudioStream, target: AudioStream
    ) -> "Iterator[Packet[AudioStream]]":
        for packet in _demuxed(opened, track):
            base = packet.time_base or Fraction(1, 1)
            shift = round(self._offset / base)
            if packet.pts is None or packet.pts < shift:
                continue
            packet.pts -= shift
            packet.dts = packet.pts
            packet.stream = target
            yield packet

    def _coded(
        self, opened: Opened, track: AudioStream, target: AudioStream
    ) -> "Iterator[Packet[AudioStream]]":
        context = target.codec_context
        layout = "mono" if track.codec_context.channels == 1 else "stereo"
        context.layout = layout
        rate = context.sample_rate
        resampler = AudioResampler(format="fltp", layout=layout, rate=rate)
        written: int | None = None
        for packet in _demuxed(opened, track):
            try:
                frames = track.codec_context.decode(packet)
            except (av.FFmpegError, ValueError):
                continue
            for frame in frames:
                for piece in resampler.resample(frame):
                    base = piece.time_base or Fraction(1, rate)
                    begins = float((piece.pts or 0) * base)
                    if begins < self._offset:
                        continue
                    # Counting samples keeps the track free of gaps that encoders reject.
                    if written is None:
                        written = round((begins - self._offset) * rate)
                    piece.pts, piece.time_base = written, Fraction(1, rate)
                    written += piece.samples
                    yield from target.encode(piece)
        yield from target.encode(None)


def _demuxed(opened: Opened, track: AudioStream) -> "Iterator[Packet[AudioStream]]":
    try:
        for packet in opened.container.demux(track):
            if packet.size:
                yield packet
    except (av.FFmpegError, OSError):
        return


def _time(packet: "Packet[AudioStream]") -> float:
    return float((packet.pts or 0) * (packet.time_base or Fraction(1)))

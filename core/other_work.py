"""Whether other work kept the machine busy while something was timed."""

import psutil

BUSY = 0.25
"""With more than this share of all cores taken by others a timing is marked."""


def is_busy_now(*, watched: float = 0.5) -> bool:
    """Whether others are at work, asked before this process begins; takes `watched` seconds."""
    return psutil.cpu_percent(interval=watched) / 100 > BUSY


class OtherWork:
    """Watches what others take of the processor, from its birth on."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._began = self._read()

    def was_busy(self) -> bool:
        """Whether others took more than `BUSY` of it until now."""
        all_then, idle_then, own_then = self._began
        all_now, idle_now, own_now = self._read()
        whole = all_now - all_then
        others = whole - (idle_now - idle_then) - (own_now - own_then)
        return whole > 0 and others / whole > BUSY

    def _read(self) -> tuple[float, float, float]:
        """Seconds of all cores, of them idle, and of this process."""
        times = psutil.cpu_times()._asdict()
        counted = {name: spent for name, spent in times.items() if not name.startswith("guest")}
        own = self._process.cpu_times()  # guests are a part of user
        idle = times["idle"] + times.get("iowait", 0.0)
        return sum(counted.values()), idle, own.user + own.system

"""How long something takes and how much memory it needs at once."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable


def seconds(call: Callable[[], object], repeats: int) -> float:
    """Give the least time of several runs: the one least disturbed by others."""
    times: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def peak_bytes(call: Callable[[], object]) -> int:
    """Give the most memory that a call holds at once, its result included, its data not."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak

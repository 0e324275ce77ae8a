"""Print every benchmark, one after the other."""

from __future__ import annotations

from benchmarks import rendering, survival

rendering.main()
survival.main()

"""Print how fast everything is, one benchmark after the other."""

from __future__ import annotations

from benchmarks import laboratory, methods, rendering, study

rendering.main()
study.main()
methods.main()
laboratory.main()

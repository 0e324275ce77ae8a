"""Random numbers by name: adding a stream changes none of the others."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """Give the generator of one part of the simulation.

    Parameters
    ----------
    seed : int
        Seed of the study.
    name : str
        What is drawn from it, such as "followup".

    Returns
    -------
    numpy.random.Generator
        Independent of the streams of all other names and seeds.

    Examples
    --------
    >>> first, second = stream(1, "plates").integers(100, size=2), stream(1, "plates")
    >>> list(first) == list(second.integers(100, size=2))
    True
    """
    key = zlib.crc32(name.encode())
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))

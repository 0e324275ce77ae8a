import numpy as np
import pytest

from il6report.methods import pairwise_differences
from il6report.methods.pairwise_differences import pairwise_order_statistics


@pytest.mark.parametrize("decimals", [0, 1, 12])
@pytest.mark.parametrize("seed", range(20))
def test_counting_finds_what_writing_down_finds(
    monkeypatch: pytest.MonkeyPatch, decimals: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x1 = rng.normal(size=rng.integers(1, 60)).round(decimals)
    x2 = rng.lognormal(size=rng.integers(1, 60)).round(decimals)
    every = np.sort(np.subtract.outer(x1, x2).ravel())
    ranks = [1, every.size, *rng.integers(1, every.size + 1, 5).tolist()]
    written = pairwise_order_statistics(x1, x2, ranks)
    monkeypatch.setattr(pairwise_differences, "_ALL", 20)
    monkeypatch.setattr(pairwise_differences, "_FEW", 10)
    counted = pairwise_order_statistics(x1, x2, ranks)
    np.testing.assert_allclose(written, every[np.array(ranks) - 1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(counted, written, rtol=0, atol=1e-12)

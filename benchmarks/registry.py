"""Made-up registries of any size: follow-up of patients, and a quantity with groups and limits."""

from __future__ import annotations

import numpy as np
import pandas as pd

SEED = 2012
COVARIATES = ["age", "sex", "log2_il6", "duration"]


def patients(rows: int) -> pd.DataFrame:
    """Make follow-up of patients: about half of them die; every time is different."""
    rng = np.random.default_rng(SEED)
    frame = pd.DataFrame(
        {
            "age": rng.normal(55, 12, rows),
            "sex": rng.integers(0, 2, rows),
            "log2_il6": rng.normal(2, 1.5, rows),
            "duration": rng.exponential(24, rows),
        }
    )
    hazard = np.exp(0.03 * (frame["age"] - 55) + 0.3 * frame["sex"] + 0.2 * frame["log2_il6"]) / 20
    death, end = rng.exponential(1 / hazard), rng.uniform(1, 20, rows)
    return frame.assign(years=np.minimum(death, end), died=(death <= end).astype(int))


def measurements(rows: int) -> pd.DataFrame:
    """Make a log-normal quantity, some of it below a limit, by groups and four predictors."""
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(rows, 4))
    group = rng.integers(0, 2, rows)
    y = np.exp(x @ np.array([0.1, 0.2, 0.3, 0.0]) + 0.05 * group + rng.normal(size=rows))
    predictors = {f"x{place}": x[:, place - 1] for place in range(1, 5)}
    return pd.DataFrame(
        {"y": y, "g": group, "k": rng.integers(0, 4, rows), "limited": np.maximum(y, 0.7),
         "below": (y < 0.7).astype(int), **predictors}
    )  # fmt: skip

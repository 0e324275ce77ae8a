"""Readings averaged to the unit of analysis: one value per block and condition."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from il6report.methods.arguments import ColumnReader

Scale = Literal["linear", "log"]
"""Whether values are analysed as they are or as logarithms."""


def block_means(
    data: pd.DataFrame,
    outcome: str,
    condition: str,
    block: str,
    *,
    experiment: str | None = None,
    scale: Scale = "linear",
) -> pd.DataFrame:
    """Average readings to one value per block and condition.

    Readings are averaged inside an experiment first, then experiments inside the block, so that an
    experiment with more lanes weighs no more than another.

    Parameters
    ----------
    data : DataFrame
        Long, one row per reading; rows without an outcome are left out.
    outcome, condition, block : str
        Columns, as in `blocked_contrasts`.
    experiment : str, optional
        Column of the independent experiment inside a block.
    scale : {"linear", "log"}
        Arithmetic or geometric means; "log" matches the same argument of `blocked_contrasts`.

    Returns
    -------
    DataFrame
        One row per block and condition: the block, the condition, the mean, `n_experiments` and
        `n_readings`.

    Raises
    ------
    AnalysisError
        If a column is missing, or a value is not above zero where `scale` is "log".

    Notes
    -----
    R: `aggregate` twice, within experiments and then within blocks.

    References
    ----------
    .. [1] Lord SJ et al. J Cell Biol 2020;219:e202001064. https://doi.org/10.1083/jcb.202001064

    Examples
    --------
    >>> lanes = pd.DataFrame({"donor_id": ["a"] * 3, "condition": ["IL-6"] * 3,
    ...                       "experiment_id": [1, 1, 2], "ratio": [2.0, 4.0, 5.0]})
    >>> block_means(lanes, "ratio", "condition", "donor_id", experiment="experiment_id")
      donor_id condition  ratio  n_experiments  n_readings
    0        a      IL-6    4.0              2           3
    """
    reader = ColumnReader(data, "block_means")
    reader.option("scale", scale, get_args(Scale))
    values = (reader.positive if scale == "log" else reader.numbers)(outcome)
    keys = [block, condition, *([experiment] if experiment else [])]
    for key in keys:
        reader.labels(key)
    reader.raise_if_any()
    readings = data[keys].assign(**{outcome: np.log(values) if scale == "log" else values})
    readings = readings.dropna()
    within = readings.groupby(keys, observed=True, sort=False)[outcome]
    inner = pd.DataFrame({"mean": within.mean(), "size": within.size()})
    cells = inner.groupby([block, condition], observed=True, sort=False)
    middle = cells["mean"].mean()
    return pd.DataFrame(
        {
            outcome: np.exp(middle) if scale == "log" else middle,
            "n_experiments": cells.size(),
            "n_readings": cells["size"].sum(),
        }
    ).reset_index()

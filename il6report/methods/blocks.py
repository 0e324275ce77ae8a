"""Readings averaged to the unit of analysis: one value per block and condition."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from il6report.methods.arguments import ColumnReader, IntArray

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
    scale = reader.option("scale", scale, get_args(Scale))
    values = (reader.positive if scale == "log" else reader.numbers)(outcome)
    inside = [] if experiment is None else [experiment]
    given = reader.names("condition, block, experiment=", [block, condition, *inside])
    levels = ((key, reader.labels(key)) for key in given)
    keys = {key: labels.codes for key, labels in levels}
    reader.raise_if_any()
    observed = np.logical_and.reduce([~np.isnan(values), *(code >= 0 for code in keys.values())])
    rows = np.flatnonzero(observed)
    readings = np.log(values[rows]) if scale == "log" else values[rows]
    inner, first = _numbered([codes[rows] for codes in keys.values()])
    sizes, rows = np.bincount(inner), rows[first]
    means = np.bincount(inner, readings) / sizes
    cell, first = _numbered([keys[block][rows], keys[condition][rows]])
    experiments, rows = np.bincount(cell), rows[first]
    middle = np.bincount(cell, means) / experiments
    return pd.DataFrame(
        {
            block: data[block].array[rows],
            condition: data[condition].array[rows],
            outcome: np.exp(middle) if scale == "log" else middle,
            "n_experiments": experiments,
            "n_readings": np.bincount(cell, sizes).astype(np.int64),
        }
    )


def _numbered(keys: list[IntArray]) -> tuple[IntArray, IntArray]:
    """Give rows with the same keys the same number, as they come, and the first row of each."""
    shape = [int(codes.max(initial=0)) + 1 for codes in keys]
    cells = np.ravel_multi_index(keys, shape)
    _, first, number = np.unique(cells, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return np.argsort(order)[number], first[order]

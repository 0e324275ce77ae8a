"""Multiple imputation by chained equations, each a Bayesian linear regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray

# Share of its own spread added to each predictor's: keeps a regression on predictors that say the
# same thing solvable, as mice does, without being felt otherwise.
_RIDGE = 1e-5


def impute_chained(
    data: pd.DataFrame,
    incomplete: Sequence[str],
    predictors: Sequence[str],
    *,
    n_imputations: int = 20,
    n_iterations: int = 10,
    seed: int,
) -> tuple[pd.DataFrame, ...]:
    """Complete a table several times, each time with other plausible values for what is missing.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    incomplete : sequence of str
        Numeric columns to complete, on a scale on which they are about normal given the others.
    predictors : sequence of str
        Numeric or 0/1 columns without missing values that predict them. Those of the later
        analysis belong here, its outcome included.
    n_imputations : int
        Completed copies.
    n_iterations : int
        Rounds through the incomplete columns.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    tuple of DataFrame
        Copies of the data in which the incomplete columns are complete; what was observed stays.

    Raises
    ------
    AnalysisError
        If a column is missing or not numeric, a predictor has missing values, or too few rows are
        observed to fit a regression.

    Notes
    -----
    R: ``mice(data, method = "norm", m = n_imputations, maxit = n_iterations)`` draws from the same
    distributions [1]_ with other random numbers: residual variance and coefficients from their
    posterior under the usual flat prior, then the missing values.

    References
    ----------
    .. [1] van Buuren S, Groothuis-Oudshoorn K. J Stat Softw 2011;45(3):1-67.
       doi:10.18637/jss.v045.i03

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"log2_crp": [1.0, 2.1, None, 3.9, 5.2, 6.1], "log2_il6": [1.0, 2, 3, 4, 5, 6]}
    ... )
    >>> copies = impute_chained(frame, ["log2_crp"], ["log2_il6"], n_imputations=3, seed=1)
    >>> [int(copy["log2_crp"].isna().sum()) for copy in copies]
    [0, 0, 0]
    >>> bool(frame["log2_crp"].isna().any())
    True
    """
    reader = ColumnReader(data, "impute_chained")
    targets = [reader.numbers(name) for name in incomplete]
    known = [reader.numbers(name) for name in predictors]
    for name, values in zip(predictors, known, strict=True):
        unknown = int(np.isnan(values).sum())
        if unknown:
            reader.refuse(
                f"predictors={name!r}", "no missing value", f"{unknown} of {len(values)}",
                "Name it among the incomplete columns.",
            )  # fmt: skip
    needed = len(incomplete) + len(predictors) + 2
    for name, values in zip(incomplete, targets, strict=True):
        observed = int((~np.isnan(values)).sum())
        if observed < needed:
            reader.refuse(
                f"incomplete={name!r}", f"at least {needed} observed values", f"{observed}",
                "Use fewer predictors.",
            )  # fmt: skip
    reader.raise_if_any()
    columns = np.column_stack([*targets, *known])
    completed = _chain(columns, len(targets), n_imputations, n_iterations, seed)
    return tuple(
        data.assign(**{name: copy[:, place] for place, name in enumerate(incomplete)})
        for copy in completed
    )


def cumulative_hazard(time: FloatArray, event: FloatArray) -> FloatArray:
    """Give each person's Nelson-Aalen cumulative hazard at the end of follow-up.

    With the event indicator it is what stands for survival among the predictors of an imputation
    [1]_. Missing where time or event is.

    References
    ----------
    .. [1] White IR, Royston P. Stat Med 2009;28:1982-98. doi:10.1002/sim.3618

    Examples
    --------
    >>> cumulative_hazard(np.array([2.0, 1.0, 3.0]), np.array([0.0, 1.0, 1.0])).round(2)
    array([0.33, 0.33, 1.33])
    """
    known = ~np.isnan(time) & ~np.isnan(event)
    times = np.unique(time[known])
    n_at_risk = (time[known] >= times[:, None]).sum(axis=1)
    n_events = ((time[known] == times[:, None]) & (event[known] == 1)).sum(axis=1)
    hazard = np.cumsum(n_events / n_at_risk)
    found = np.full(len(time), np.nan)
    found[known] = hazard[np.searchsorted(times, time[known])]
    return found


def _chain(
    columns: FloatArray, n_incomplete: int, n_imputations: int, n_iterations: int, seed: int
) -> FloatArray:
    """Complete the first columns; all copies at once, shape (imputations, rows, columns)."""
    rng = np.random.default_rng(seed)
    missing = np.isnan(columns)
    centre, spread = np.nanmean(columns, axis=0), np.nanstd(columns, axis=0)
    scaled = (columns - centre) / np.where(spread > 0, spread, 1.0)
    copies = np.repeat(scaled[None], n_imputations, axis=0)
    for place in range(n_incomplete):
        lost = missing[:, place]
        seen = scaled[~lost, place]
        copies[:, lost, place] = rng.choice(seen, size=(n_imputations, int(lost.sum())))
    for _ in range(n_iterations):
        for place in range(n_incomplete):
            if missing[:, place].any():
                copies[:, missing[:, place], place] = _draw(copies, place, missing[:, place], rng)
    return copies * np.where(spread > 0, spread, 1.0) + centre


def _draw(copies: FloatArray, place: int, lost: BoolArray, rng: np.random.Generator) -> FloatArray:
    """Draw the missing values of one column given all others, in every copy."""
    n_copies = len(copies)
    others = np.delete(copies, place, axis=2)
    x = np.concatenate([np.ones((*others.shape[:2], 1)), others], axis=2)
    known, y = x[:, ~lost], copies[:, ~lost, place]
    cross = np.swapaxes(known, 1, 2) @ known
    own = np.einsum("ijj->ij", cross)
    ridge = np.where(own > 0, _RIDGE * own, 1.0)
    penalised = cross + ridge[:, :, None] * np.eye(cross.shape[1])
    inverse = np.linalg.inv(penalised)
    coefficients = np.einsum("ijk,ilk,il->ij", inverse, known, y)
    residual = y - np.einsum("ijk,ik->ij", known, coefficients)
    df = known.shape[1] - known.shape[2]
    sigma = np.sqrt((residual**2).sum(axis=1) / rng.chisquare(df, n_copies))
    root = np.linalg.cholesky((inverse + np.swapaxes(inverse, 1, 2)) / 2)
    noise = rng.standard_normal((n_copies, cross.shape[1]))
    drawn = coefficients + sigma[:, None] * np.einsum("ijk,ik->ij", root, noise)
    error = sigma[:, None] * rng.standard_normal((n_copies, int(lost.sum())))
    return np.einsum("ijk,ik->ij", x[:, lost], drawn) + error

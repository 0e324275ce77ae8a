"""Conditions against a reference within blocks: cells of one donor, each under every condition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from il6report.errors import AnalysisError, Problem
from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray, Labels
from il6report.methods.blocks import Scale
from il6report.methods.log_scale import exponential
from il6report.methods.multiplicity import adjust_tests
from il6report.methods.sign_flip import sign_flip_test
from il6report.methods.simultaneous import largest_t_quantile, largest_t_sf
from il6report.plan import AdjustMethod

Adjust = Literal["dunnett", "holm", "none"]

_Cells = dict[str, FloatArray]
"""The values of each condition, one for each block."""

# Residuals below this share of the largest value are rounding, not variation.
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockedContrasts:
    """Every condition against the reference.

    Parameters
    ----------
    contrasts : tuple of Statistic
        One per condition: difference, or ratio of geometric means, with the t test of the
        randomised block design.
    permutation : tuple of Statistic
        The same estimates with the exact sign-flip test.
    n_blocks : int
        Blocks analysed: what n counts.
    n_missing : int
        Rows left out because the outcome is missing.
    """

    contrasts: tuple[Statistic, ...]
    permutation: tuple[Statistic, ...]
    n_blocks: int
    n_missing: int

    def to_frame(self) -> pd.DataFrame:
        """One row per condition and test, with the columns of every result."""
        return statistics_frame((*self.contrasts, *self.permutation))


def blocked_contrasts(
    data: pd.DataFrame,
    outcome: str,
    condition: str,
    block: str,
    *,
    reference: str | float,
    adjust: Adjust = "dunnett",
    scale: Scale = "linear",
    conf_level: float = 0.95,
) -> BlockedContrasts:
    """Compare every condition with the reference within blocks.

    The block (a donor line, an animal, a day) is the unit of analysis: one value per block and
    condition. Repeated readings of a cell are refused, because counting them as independent claims
    a precision that the experiment does not have [1]_; `block_means` averages them.

    Parameters
    ----------
    data : DataFrame
        Long, one row per block and condition; blocks may lack conditions.
    outcome : str
        Column of the measurement; above zero where `scale` is "log".
    condition : str
        Column of the condition.
    block : str
        Column of the block.
    reference : str or number
        The condition every other one is compared with.
    adjust : {"dunnett", "holm", "none"}
        Dunnett adjusts for all comparisons with one reference, in p-values and intervals [2]_;
        "holm" and "none" leave the intervals at their single level.
    scale : {"linear", "log"}
        "log" analyses logarithms and gives ratios of geometric means: above 1, the condition is
        higher than the reference.
    conf_level : float
        Level of the intervals, simultaneous for Dunnett.

    Returns
    -------
    BlockedContrasts
        t tests on the pooled residual, degrees of freedom n - conditions - blocks + 1, and exact
        sign-flip tests of the within-block differences, adjusted by Holm (not at all where `adjust`
        is "none"). With k blocks the smallest sign-flip p-value is 2 / 2^k.

    Raises
    ------
    AnalysisError
        If a cell holds several rows, the reference does not occur, a condition shares no block
        with the others, or a column is not what it should be.

    Notes
    -----
    One block, or no residual variation, gives estimates without interval or test, and says so. R:
    `multcomp::glht(aov(outcome ~ condition + block), mcp(condition = "Dunnett"))`.

    References
    ----------
    .. [1] Lord SJ et al. J Cell Biol 2020;219:e202001064. https://doi.org/10.1083/jcb.202001064
    .. [2] Dunnett CW. J Am Stat Assoc 1955;50:1096-121.
       https://doi.org/10.1080/01621459.1955.10501294

    Examples
    --------
    >>> blots = pd.DataFrame({
    ...     "donor_id": ["a", "b", "c", "d"] * 2,
    ...     "condition": ["untreated"] * 4 + ["IL-6"] * 4,
    ...     "ratio": [1.0, 1.4, 0.8, 1.1, 2.1, 2.5, 1.9, 2.0],
    ... })
    >>> found = blocked_contrasts(
    ...     blots, "ratio", "condition", "donor_id", reference="untreated", scale="log"
    ... )
    >>> found.to_frame()[["contrast", "n", "estimate", "conf_low", "conf_high", "p_value"]].round(4)
               contrast  n  estimate  conf_low  conf_high  p_value
    0  IL-6 / untreated  4     2.006     1.621     2.4824   0.0019
    1  IL-6 / untreated  4     2.006     1.621     2.4824   0.1250
    """
    reader = ColumnReader(data, "blocked_contrasts")
    reader.option("adjust", adjust, get_args(Adjust))
    scale = reader.option("scale", scale, get_args(Scale))
    reader.conf_level(conf_level)
    read = reader.positive if scale == "log" else reader.numbers
    values = read(outcome)
    labels, blocks = reader.labels(condition), reader.labels(block)
    observed = ~np.isnan(values) & (labels.codes >= 0) & (blocks.codes >= 0)
    labels = labels.where(observed)
    if not reader.problems and len(labels.levels) < 2:  # noqa: PLR2004 - nothing to compare
        reader.refuse(
            f"{condition!r}", "two or more conditions with values", f"{len(labels.levels)}",
            "Name the column of the conditions.",
        )  # fmt: skip
    base = reader.named_level("reference=", reference, labels)
    reader.raise_if_any()
    reference = labels.levels[base]
    wide = _one_value_per_cell(
        np.log(values[observed]) if scale == "log" else values[observed],
        labels.among(observed),
        blocks.among(observed),
    )
    others = tuple(name for name in wide if name != reference)
    contrasts = _compare(
        _fit(wide, others, reference), wide, others, reference, adjust=adjust, scale=scale,
        conf_level=conf_level, term=outcome,
    )  # fmt: skip
    return BlockedContrasts(
        contrasts=contrasts,
        permutation=_permute(contrasts, wide, "none" if adjust == "none" else "holm"),
        n_blocks=len(wide[reference]),
        n_missing=int((~observed).sum()),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Fit:
    """Least squares of the additive block model; `covariance` is that of `differences` over s^2."""

    differences: FloatArray
    covariance: FloatArray
    residual_variance: float
    df: int


def _one_value_per_cell(values: FloatArray, labels: Labels, blocks: Labels) -> _Cells:
    """Lay the values out by condition, one for each block, missing where there is none."""
    counts = np.zeros((len(blocks.levels), len(labels.levels)), dtype=int)
    np.add.at(counts, (blocks.codes, labels.codes), 1)
    if (counts > 1).any():
        raise AnalysisError(
            Problem(
                where="blocked_contrasts(data)",
                expected="one value per block and condition",
                found=(
                    f"{counts.sum()} rows in {(counts > 0).sum()} cells, "
                    f"up to {counts.max()} in one"
                ),
                remedy=(
                    "Lanes, wells and repeated experiments of one block are not independent. "
                    "Average them inside the block first: "
                    "block_means(data, outcome, condition, block, experiment=...)."
                ),
            )
        )
    cells = np.full(counts.shape, np.nan)
    cells[blocks.codes, labels.codes] = values
    cells = cells[counts.sum(axis=1) > 0]
    return {
        name: cells[:, place] for place, name in enumerate(labels.levels) if counts[:, place].any()
    }


def _fit(wide: _Cells, others: Sequence[str], reference: str) -> _Fit:
    """Fit condition + block by least squares to the cells that are there."""
    order = [reference, *others]
    cells = np.column_stack([wide[name] for name in order])
    row, column = np.nonzero(~np.isnan(cells))
    design = np.hstack([np.eye(len(order))[column][:, 1:], np.eye(len(cells))[row]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise AnalysisError(
            Problem(
                where="blocked_contrasts(data)",
                expected=f"every condition to share blocks with {reference!r}, itself or by others",
                found=f"{len(cells)} blocks that hang together in parts only",
                remedy="Leave out conditions that were never tested beside the reference.",
            )
        )
    inverse: FloatArray = np.asarray(np.linalg.inv(design.T @ design), dtype=np.float64)
    coefficients = inverse @ design.T @ cells[row, column]
    residuals = cells[row, column] - design @ coefficients
    df = len(row) - design.shape[1]
    size = np.abs(cells[row, column]).max()
    rss = float(residuals @ residuals) if np.abs(residuals).max() > _ROUNDING * size else 0.0
    k = len(others)
    return _Fit(
        differences=coefficients[:k],
        covariance=inverse[:k, :k],
        residual_variance=rss / df if df else math.nan,
        df=df,
    )


def _compare(
    fit: _Fit, wide: _Cells, others: Sequence[str], reference: str, *, adjust: Adjust,
    scale: Scale, conf_level: float, term: str,
) -> tuple[Statistic, ...]:  # fmt: skip
    """Turn the fit into one statistic per condition."""
    log = scale == "log"
    back = exponential if log else float
    unable = _no_interval(fit, len(wide[reference]))
    bare = [
        Estimate(
            measure="geometric_mean_ratio" if log else "mean_difference", value=back(difference),
            method="randomised block analysis of block means", no_interval=unable or "pending",
        )
        for difference in fit.differences
    ]  # fmt: skip
    if unable:
        found = [(estimate, NotEstimable(reason=unable)) for estimate in bare]
    else:
        errors = np.sqrt(np.diag(fit.covariance) * fit.residual_variance)
        tests, bound = _tests(fit, errors, adjust, conf_level)
        ends = [fit.differences - bound * errors, fit.differences + bound * errors]
        found = [
            (
                replace(
                    estimate, std_error=float(error), conf_low=back(low), conf_high=back(high),
                    conf_level=conf_level, no_interval="",
                ),
                test,
            )
            for estimate, error, low, high, test in zip(bare, errors, *ends, tests, strict=True)
        ]  # fmt: skip
    there = {name: ~np.isnan(values) for name, values in wide.items()}
    return tuple(
        Statistic(
            term=term, contrast=f"{name}{' / ' if log else ' - '}{reference}", group1=name,
            group2=reference, n=int((there[name] & there[reference]).sum()),
            n1=int(there[name].sum()), n2=int(there[reference].sum()), estimate=estimate, test=test,
        )
        for name, (estimate, test) in zip(others, found, strict=True)
    )  # fmt: skip


def _tests(
    fit: _Fit, errors: FloatArray, adjust: Adjust, conf_level: float
) -> tuple[tuple[HypothesisTest, ...], float]:
    """Test every difference, and give the t value that its interval reaches to."""
    statistics = (fit.differences / errors).tolist()
    tests = tuple(
        HypothesisTest(
            statistic=statistic, df=fit.df, p_value=2 * float(stdtr(fit.df, -abs(statistic))),
            method="t test on block means",
        )
        for statistic in statistics
    )  # fmt: skip
    if adjust != "dunnett":
        return adjust_tests(tests, method=adjust), -float(stdtrit(fit.df, (1 - conf_level) / 2))
    spread = np.sqrt(np.diag(fit.covariance))
    correlation = fit.covariance / np.outer(spread, spread)
    adjusted = tuple(
        replace(
            test, adjust_method="dunnett",
            p_adjusted=largest_t_sf(abs(test.statistic), correlation, fit.df),
        )
        for test in tests
    )  # fmt: skip
    return adjusted, largest_t_quantile(conf_level, correlation, fit.df)


def _no_interval(fit: _Fit, n_blocks: int) -> str:
    """Say why there can be no interval; empty where there can."""
    if n_blocks == 1:
        return "one block only"
    if fit.df < 1:
        return "no residual degrees of freedom"
    return "" if fit.residual_variance > 0 else "no variation between blocks"


def _permute(
    contrasts: Sequence[Statistic], wide: _Cells, adjust: AdjustMethod
) -> tuple[Statistic, ...]:
    """Replace the t test of every contrast by the exact sign-flip test."""
    tests = [sign_flip_test(wide[str(row.group1)] - wide[str(row.group2)]) for row in contrasts]
    adjusted = adjust_tests(tests, method=adjust)
    return tuple(replace(row, test=test) for row, test in zip(contrasts, adjusted, strict=True))

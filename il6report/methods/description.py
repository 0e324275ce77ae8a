"""Describe variables, one group beside the other: the rows of a Table 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, Measure, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray, Labels
from il6report.methods.design import is_quantity
from il6report.methods.single_proportion import estimate_proportion
from il6report.methods.standardised_differences import (
    standardised_level_difference,
    standardised_mean_difference,
)

VariableKind = Literal["quantity", "category", "yes_no"]
"""How a variable is described: by its quartiles, by all its levels, or by its one level 1."""

_DESCRIBES = "describes the participants themselves"


@dataclass(frozen=True, kw_only=True, slots=True)
class DescribedVariable:
    """A variable of a Table 1.

    Parameters
    ----------
    name : str
        Its column.
    kind : VariableKind
        How it is described.
    levels : tuple of str
        The levels described, in order; empty for a quantity.
    """

    name: str
    kind: VariableKind
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Description:
    """The rows of a Table 1, as raw numbers.

    Parameters
    ----------
    variables : tuple of DescribedVariable
        In the order asked for.
    groups : tuple of str
        In order; empty where nothing was asked to be told apart.
    reference : str or None
        The group that standardised differences compare with.
    sizes : tuple of int
        Rows of each group.
    n : int
        Rows of all groups.
    n_missing_group : int
        Rows left out because their group is missing.
    rows : tuple of Statistic
        A quantity has median, lower_quartile, upper_quartile, mean, standard_deviation, minimum and
        maximum; a category a per cent of those observed for each level (`contrast` is the level,
        `n_events` the count); both have a count of missing (measure `n_missing`) and a
        standardised difference for each group but the reference. `group1` is the group, None
        where all are taken together.
    """

    variables: tuple[DescribedVariable, ...]
    groups: tuple[str, ...]
    reference: str | None
    sizes: tuple[int, ...]
    n: int
    n_missing_group: int
    rows: tuple[Statistic, ...]

    def find(
        self, variable: str, measure: Measure, *, group: str | None = None, level: str | None = None
    ) -> Statistic:
        """Give one row.

        Raises
        ------
        AnalysisError
            If there is none.
        """
        for row in self.rows:
            if (row.term, row.estimate.measure, row.group1) != (variable, measure, group):
                continue
            if level is None or row.contrast == level:
                return row
        wanted = ", ".join(str(part) for part in (variable, measure, group, level) if part)
        raise AnalysisError(f"the description holds no row of {wanted}.")

    def to_frame(self) -> pd.DataFrame:
        """Give all rows, tidy and long: one number each."""
        return statistics_frame(self.rows)


def describe(
    data: pd.DataFrame,
    variables: Sequence[str],
    *,
    by: str | None = None,
    reference: str | float | None = None,
    conf_level: float = 0.95,
) -> Description:
    """Describe who was studied: the rows of a Table 1, one group beside the other.

    Parameters
    ----------
    data : DataFrame
        One row per participant.
    variables : sequence of str
        Columns to describe. Numbers are described as quantities, unless they are only 0 and 1 (or
        True and False): then by the per cent of 1. Text and categorical columns are described
        level by level; make a numeric code a categorical column to have its levels.
    by : str, optional
        Column of the groups.
    reference : str or number, optional
        The group that the others are compared with; the first level where absent.
    conf_level : float
        Level of the intervals of per cents (Wilson) and of standardised differences.

    Returns
    -------
    Description
        Raw numbers for every group and for all together. Missing values are counted and left out
        of every other number. Quartiles are those of R's `quantile` (type 7). A standardised
        difference above 0 means higher values in the group than in the reference; there is no
        test, because a Table 1 describes and does not infer [1]_.

    Raises
    ------
    AnalysisError
        If a column is missing, a number is infinite, or the reference is no group.

    References
    ----------
    .. [1] Vandenbroucke JP et al. (STROBE). PLoS Med 2007;4:e297.
       https://doi.org/10.1371/journal.pmed.0040297

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "age_years": [41, 52, None, 60],
    ...         "ild": [0, 1, 1, 1],
    ...         "group": ["control", "control", "dcSSc", "dcSSc"],
    ...     }
    ... )
    >>> table = describe(frame, ["age_years", "ild"], by="group")
    >>> table.find("age_years", "median").estimate.value
    52.0
    >>> row = table.find("ild", "percent", group="control", level="1")
    >>> row.n_events, row.n
    (1, 2)
    """
    reader = ColumnReader(data, "describe")
    reader.conf_level(conf_level)
    labels = Labels(codes=np.zeros(len(data), dtype=np.int64), levels=())
    if by is not None:
        labels = reader.labels(by)
    elif reference is not None:
        reader.refuse("reference=", "groups to compare with it", "none", "Name their column by=.")
    second = reader.level("reference=", reference, labels)
    variables = reader.names("variables", variables)
    quantities = {name: reader.numbers(name) for name in variables if is_quantity(data, name)}
    categories = {name: reader.labels(name) for name in variables if name not in quantities}
    reader.raise_if_any()
    kept = labels.codes >= 0
    groups = [_Group(name=None, rows=kept, is_compared=False)] + [
        _Group(name=level, rows=labels.codes == code, is_compared=code != second)
        for code, level in enumerate(labels.levels)
    ]
    base = labels.codes == second
    described: list[DescribedVariable] = []
    rows: list[Statistic] = []
    for name in variables:
        values = quantities.get(name)
        if values is not None and not _is_yes_no(values[kept]):
            described.append(DescribedVariable(name=name, kind="quantity"))
            rows += _quantity_rows(name, values, groups, base, conf_level=conf_level)
            continue
        if values is None:
            levels = categories[name]
            variable = DescribedVariable(name=name, kind="category", levels=levels.levels)
        else:
            codes = np.where(np.isnan(values), -1, values).astype(np.int64)
            levels = Labels(codes=codes, levels=("0", "1"))
            variable = DescribedVariable(name=name, kind="yes_no", levels=("1",))
        described.append(variable)
        rows += _category_rows(variable, levels, groups, base, conf_level=conf_level)
    return Description(
        variables=tuple(described),
        groups=labels.levels,
        reference=labels.levels[second] if labels.levels else None,
        sizes=tuple(labels.counts.tolist()),
        n=int(kept.sum()),
        n_missing_group=int((~kept).sum()),
        rows=tuple(rows),
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Group:
    """One column of the table."""

    name: str | None
    rows: BoolArray
    is_compared: bool


_QUANTITIES: tuple[tuple[Measure, str], ...] = (
    ("median", "median"),
    ("lower_quartile", "quantile, type 7"),
    ("upper_quartile", "quantile, type 7"),
    ("mean", "mean"),
    ("standard_deviation", "standard deviation"),
    ("minimum", "minimum"),
    ("maximum", "maximum"),
)


def _quantity_rows(
    name: str, values: FloatArray, groups: Sequence[_Group], base: BoolArray, *, conf_level: float
) -> Iterator[Statistic]:
    observed = ~np.isnan(values)
    for group in groups:
        seen = values[group.rows & observed]
        yield _missing_row(name, group, seen.size)
        for (measure, method), value in zip(_QUANTITIES, _summary(seen), strict=True):
            estimate = (
                NotEstimable(reason=f"{seen.size} observed", measure=measure)
                if np.isnan(value)
                else Estimate(measure=measure, value=value, method=method, no_interval=_DESCRIBES)
            )
            yield Statistic(term=name, estimate=estimate, group1=group.name, n=seen.size)
        if group.is_compared:
            other = values[base & observed]
            difference = standardised_mean_difference(seen, other, conf_level=conf_level)
            yield _difference_row(name, difference, group, seen.size, other.size)


def _summary(seen: FloatArray) -> list[float]:
    """Give the numbers of `_QUANTITIES`; NaN where too few are observed."""
    if seen.size == 0:
        return [np.nan] * len(_QUANTITIES)
    low, q1, median, q3, high = np.quantile(seen, [0, 0.25, 0.5, 0.75, 1]).tolist()
    spread = float(seen.std(ddof=1)) if seen.size > 1 else np.nan
    return [median, q1, q3, float(seen.mean()), spread, low, high]


def _category_rows(
    variable: DescribedVariable,
    labels: Labels,
    groups: Sequence[_Group],
    base: BoolArray,
    *,
    conf_level: float,
) -> Iterator[Statistic]:
    name, other = variable.name, labels.among(base).counts
    for group in groups:
        counts = labels.among(group.rows).counts
        total = int(counts.sum())
        yield _missing_row(name, group, total)
        for level, count in zip(labels.levels, counts.tolist(), strict=True):
            if level not in variable.levels:
                continue
            share = estimate_proportion(count, total, conf_level=conf_level)
            yield Statistic(
                term=name, contrast=level, estimate=share, group1=group.name, n=total,
                n_events=count,
            )  # fmt: skip
        if group.is_compared:
            difference = standardised_level_difference(counts, other, conf_level=conf_level)
            yield _difference_row(name, difference, group, total, int(other.sum()))


def _missing_row(name: str, group: _Group, observed: int) -> Statistic:
    size = int(group.rows.sum())
    missing = Estimate(
        measure="n_missing", value=size - observed, method="count", no_interval=_DESCRIBES
    )
    return Statistic(term=name, estimate=missing, group1=group.name, n=size)


def _difference_row(
    name: str, difference: Estimate | NotEstimable, group: _Group, n1: int, n2: int
) -> Statistic:
    return Statistic(term=name, estimate=difference, group1=group.name, n1=n1, n2=n2)


def _is_yes_no(values: FloatArray) -> bool:
    observed = values[~np.isnan(values)]
    return observed.size > 0 and bool(np.isin(observed, (0.0, 1.0)).all())

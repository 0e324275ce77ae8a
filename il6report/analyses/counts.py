"""Counts and shares of people as statistics."""

from __future__ import annotations

from il6report.estimates import Estimate, Statistic
from il6report.methods.proportions import estimate_proportion


def count_of(term: str, counted: int, *, among: int, group: str | None = None) -> Statistic:
    """Give a count, such as deaths among the patients of a group."""
    return Statistic(
        term=term,
        group1=group,
        n=among,
        n_events=counted,
        estimate=Estimate(
            measure="count", value=float(counted), method="count", no_interval="a count"
        ),
    )


def share_of(
    term: str, counted: int, *, among: int, conf_level: float, group: str | None = None
) -> Statistic:
    """Give a share in per cent with Wilson's interval; not estimable among nobody."""
    return Statistic(
        term=term,
        group1=group,
        n=among,
        n_events=counted,
        estimate=estimate_proportion(counted, among, conf_level=conf_level),
    )

"""What, of the performance of a report in repeated studies, a reader has to be told by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from il6report.analyses.headlines import HEADLINES
from il6report.estimates import Estimate, Statistic
from il6report.plan import AnalysisPlan

TOGETHER = ", all together"
"""Ends the name of the families of several quantities, each adjusted by itself, taken as one."""


def name_beyond(
    statistics: Mapping[str, Statistic], families: Mapping[str, str], plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    """Count what is beyond the accepted, name it in the note, and give the extremes.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        Rates and bias by claim, and rates by family, as in `OperatingCharacteristicsResult`.
    families : mapping of str to str
        Key of a family to its name.
    plan : AnalysisPlan
        What is accepted, and which families are adjusted.

    Yields
    ------
    tuple of str and Statistic
        `named.level`, `named.family`, `named.coverage`, `named.coverage_null`, `named.bias`: how
        many of how many, which of them in the note. `highest.level` and others: the extreme
        rates, whose claim the note names.
    """

    def too_high(found: Estimate) -> bool:
        return found.value > plan.accepted_level_percent

    def too_low(found: Estimate) -> bool:
        return found.value < plan.accepted_coverage_percent

    def off(found: Estimate) -> bool:
        return found.excludes_null

    controlled = [key for key, name in families.items() if is_controlled(name, plan)]
    judged: dict[str, tuple[list[str], Callable[[Estimate], bool]]] = {
        "level": ([f"level.{claim}" for claim in HEADLINES], too_high),
        "family": ([f"family.{key}" for key in controlled], too_high),
        "coverage": ([f"coverage.{claim}" for claim in HEADLINES], too_low),
        "coverage_null": ([f"coverage_null.{claim}" for claim in HEADLINES], too_low),
        "bias": ([f"bias.{claim}" for claim in HEADLINES], off),
    }
    for word, (keys, wrong) in judged.items():
        yield f"named.{word}", _naming(word, [statistics[key] for key in keys], wrong)
    extremes: dict[str, tuple[str, Callable[..., tuple[float, int]]]] = {
        "highest.level": ("level", max), "lowest.coverage": ("coverage", min),
        "lowest.power": ("power", min), "highest.power": ("power", max),
        "highest.not_estimable": ("not_estimable", max),
    }  # fmt: skip
    for name, (word, extreme) in extremes.items():
        yield name, _extreme([statistics[f"{word}.{claim}"] for claim in HEADLINES], extreme)


def is_controlled(name: str, plan: AnalysisPlan) -> bool:
    """Whether the plan means the family to hold its level: adjusted over it, or of one test."""
    family = next(one for one in plan.families if name.removesuffix(TOGETHER) == one.name)
    if name.endswith(TOGETHER):
        return False
    alone = len(family.statistics) == 1 and "*" not in family.statistics[0]
    return family.adjust != "none" or alone


def _naming(
    word: str, statistics: Sequence[Statistic], wrong: Callable[[Estimate], bool]
) -> Statistic:
    known = [(one.term, one.estimate) for one in statistics if isinstance(one.estimate, Estimate)]
    found = [term for term, estimate in known if wrong(estimate)]
    count = Estimate(
        measure="count", value=float(len(found)), method="count", no_interval="a count"
    )  # fmt: skip
    return Statistic(
        term=f"beyond what is accepted: {word}", n=len(known), estimate=count,
        note="; ".join(found) or "none",
    )  # fmt: skip


def _extreme(
    statistics: Sequence[Statistic], extreme: Callable[..., tuple[float, int]]
) -> Statistic:
    """Give the statistic with the highest or lowest estimate, its claim in the note."""
    known = [
        (one.estimate.value, place)
        for place, one in enumerate(statistics)
        if isinstance(one.estimate, Estimate)
    ]
    found = statistics[extreme(known)[1] if known else 0]
    return replace(found, note=found.term)

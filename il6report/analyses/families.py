"""Adjust the tests of a question within the families that the plan declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from il6report.estimates import Statistic
from il6report.methods.multiplicity import adjust_tests
from il6report.plan import AnalysisPlan


def adjust_by_plan(
    question: str, statistics: Mapping[str, Statistic], plan: AnalysisPlan
) -> dict[str, Statistic]:
    """Adjust the p-values of a question, family by family.

    Parameters
    ----------
    question : str
        Name of the question: the first word of its ledger identifiers.
    statistics : mapping of str to Statistic
        By ledger key. Statistics of one family stand in one question.
    plan : AnalysisPlan
        Declares the families and how each is adjusted.

    Returns
    -------
    dict of str to Statistic
        The same statistics in the same order, tests adjusted where their family is; Dunnett's
        adjustment was made by the comparison.
    """
    adjusted = dict(statistics)
    members: dict[str, list[str]] = {}
    for key in statistics:
        family = plan.family_of(f"{question}.{key}")
        if family is not None and family.adjust != "dunnett":
            members.setdefault(family.name, []).append(key)
    for family in plan.families:
        if family.adjust == "dunnett" or family.name not in members:
            continue
        keys = members[family.name]
        tests = adjust_tests([statistics[key].test for key in keys], method=family.adjust)
        for key, test in zip(keys, tests, strict=True):
            adjusted[key] = replace(statistics[key], test=test)
    return adjusted

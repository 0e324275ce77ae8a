"""Comparisons of several groups, beside `tests/reference/several_groups.R`."""

from __future__ import annotations

import numpy as np

from benchmarks.agreement.case import Case, read_data
from il6report.methods.several_groups import SeveralGroupsComparison, compare_groups


def cases() -> dict[str, Case]:
    """Compute every comparison of several groups that R was asked for."""
    plants, pbc = read_data("data/plantgrowth"), read_data("survival_pbc")
    pbc = pbc.assign(below=pbc["bili"] < 1, limited=np.maximum(pbc["bili"], 1))
    ranks = compare_groups(plants, "weight", "group")
    means = compare_groups(plants, "weight", "group", method="welch_anova")
    stages = compare_groups(pbc, "bili", "stage")
    limited = compare_groups(pbc, "limited", "stage", method="peto_peto", below_limit="below")
    trend = compare_groups(pbc, "bili", "stage", method="jonckheere")
    return {
        "jonckheere.pbc.stage": _case(trend, "jonckheere", "pbc"),
        "kruskal.plantgrowth": _case(ranks, "kruskal_wallis", "PlantGrowth"),
        "kruskal.pbc.stage": _case(stages, "kruskal_wallis", "pbc"),
        "dunn.plantgrowth": _case(ranks, "kruskal_wallis", "PlantGrowth", ("trt2", "trt1")),
        "dunn.pbc.stage42": _case(stages, "kruskal_wallis", "pbc", ("4", "2")),
        "welch_anova.plantgrowth": _case(means, "welch_anova", "PlantGrowth"),
        "welch_pair.plantgrowth": _case(means, "welch_anova", "PlantGrowth", ("trt2", "trt1")),
        "peto_peto.pbc.stage": _case(limited, "peto_peto", "pbc, bilirubin below 1 censored"),
    }


def _case(
    found: SeveralGroupsComparison, method: str, data: str, pair: tuple[str, str] | None = None
) -> Case:
    row = found.statistic
    if pair is not None:
        row = next(one for one in found.pairwise if (one.group1, one.group2) == pair)
    return Case(function=f"compare_groups(method={method!r})", data=data, row=row.to_row())

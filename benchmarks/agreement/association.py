"""Correlations and proportions, beside `tests/reference/association.R`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from benchmarks.agreement.case import Case, read_data
from il6report.estimates import Statistic
from il6report.methods.association import CorrelationMethod, correlate
from il6report.methods.proportions import ProportionTest, compare_proportions
from il6report.methods.single_proportion import ProportionMethod, estimate_proportion


def cases() -> dict[str, Case]:
    """Compute every correlation and proportion that R was asked for."""
    pbc, economy = read_data("survival_pbc"), read_data("data/longley")
    pbc = pbc.assign(
        below=pbc["bili"] < 1,
        limited=np.maximum(pbc["bili"], 1),
        stage_name=pbc["stage"].astype("category"),
    )
    trial = pbc.dropna(subset="trt")
    return {
        "pearson.pbc.albumin": _pair(pbc, "pbc", "bili", "albumin", "pearson"),
        "spearman.pbc.copper": _pair(pbc, "pbc", "bili", "copper", "spearman"),
        "kendall.pbc.copper": _pair(pbc, "pbc", "bili", "copper", "kendall"),
        "spearman.longley": _pair(economy, "longley", "GNP", "Unemployed", "spearman"),
        "kendall.longley": _pair(economy, "longley", "GNP", "Unemployed", "kendall"),
        "spearman.longley.nine": _pair(
            economy.head(9), "longley, first 9", "GNP", "Unemployed", "spearman"
        ),
        "spearman.pbc.limited": _pair(pbc, "pbc", "limited", "albumin", "spearman", below="below"),
        "kendall.pbc.limited": _pair(pbc, "pbc", "limited", "albumin", "kendall", below="below"),
        "partial.pbc": _pair(
            pbc, "pbc", "bili", "platelet", "partial", adjust=["age", "stage_name"]
        ),
        "partial_spearman.pbc": _pair(
            pbc, "pbc", "bili", "platelet", "spearman", adjust=["age", "stage_name"]
        ),
        "fisher.pbc.ascites": _shares(trial, "ascites", "sex", "fisher"),
        "risk_difference.pbc.ascites": _shares(trial, "ascites", "sex", "fisher", further=True),
        "fisher.pbc.stage": _shares(pbc.head(60), "stage", "edema", "fisher"),
        "chi2.pbc.stage": _shares(pbc, "stage", "edema", "chi2"),
        "chi2.pbc.ascites": _shares(trial, "ascites", "sex", "chi2"),
        "trend.pbc.death": _shares(pbc, "death", "stage", "trend"),
        "proportion.wilson": _proportion(7, 39, "wilson"),
        "proportion.exact": _proportion(7, 39, "exact"),
        "proportion.none": _proportion(0, 15, "exact"),
    }


def _pair(
    data: pd.DataFrame, name: str, x: str, y: str, method: CorrelationMethod,
    *, adjust: Sequence[str] = (), below: str | None = None,
) -> Case:  # fmt: skip
    found = correlate(data, x, y, method=method, adjust_for=adjust, below_limit=below)
    options = f", adjust_for={list(adjust)}" if adjust else ""
    options += f", below_limit={below!r}" if below else ""
    return Case(
        function=f"correlate(method={method!r}{options})", data=name, row=found.statistic.to_row()
    )


def _shares(
    data: pd.DataFrame, outcome: str, group: str, method: ProportionTest, *, further: bool = False
) -> Case:
    reference = "m" if group == "sex" else None
    found = compare_proportions(data, outcome, group, method=method, reference=reference)
    row = Statistic(term=outcome, estimate=found.further[0]) if further else found.statistic
    return Case(function=f"compare_proportions(method={method!r})", data="pbc", row=row.to_row())


def _proportion(count: int, total: int, method: ProportionMethod) -> Case:
    found = estimate_proportion(count, total, method=method)
    return Case(
        function=f"estimate_proportion({count}, {total}, method={method!r})",
        data="two counts",
        row=Statistic(term="count", estimate=found).to_row(),
    )

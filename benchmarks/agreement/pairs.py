"""Pairs, one sample and ROC curves, beside `tests/reference/pairs.R`."""

from __future__ import annotations

import pandas as pd

from benchmarks.agreement.case import Case, Row, read_data
from il6report.methods.discrimination import roc
from il6report.methods.paired import PairedMethod, compare_paired, compare_to_value


def cases() -> dict[str, Case]:
    """Compute every comparison of pairs and every curve that R was asked for."""
    pbc, sleep = read_data("survival_pbc"), read_data("data/sleep")
    plants = read_data("data/plantgrowth").head(10)
    return {
        "paired_t.sleep": _paired(sleep, "t"),
        "signed_rank.sleep": _paired(sleep, "signed_rank"),
        "signed_rank.plantgrowth": _one(plants, "PlantGrowth", "weight", 5.0, "signed_rank"),
        "signed_rank.pbc.albumin": _one(pbc, "pbc", "albumin", 3.5, "signed_rank"),
        "one_sample_t.pbc.albumin": _one(pbc, "pbc", "albumin", 3.5, "t"),
        "roc.asah.s100b": _curve("s100b"),
        "roc.asah.ndka": _curve("ndka"),
    }


def _paired(sleep: pd.DataFrame, method: PairedMethod) -> Case:
    found = compare_paired(sleep, "extra", "group", "ID", method=method)
    return Case(
        function=f"compare_paired(method={method!r})", data="sleep", row=found.statistic.to_row()
    )


def _one(data: pd.DataFrame, name: str, outcome: str, value: float, method: PairedMethod) -> Case:
    found = compare_to_value(data, outcome, value=value, method=method)
    return Case(
        function=f"compare_to_value(value={value}, method={method!r})",
        data=name,
        row=found.statistic.to_row(),
    )


def _curve(marker: str) -> Case:
    found = roc(read_data("data/asah"), marker, "poor")
    row: Row = {
        **found.statistic.to_row(),
        "cut": found.cut,
        "sensitivity": found.sensitivity.to_row()["estimate"],
        "specificity": found.specificity.to_row()["estimate"],
    }
    return Case(function="roc()", data="aSAH", row=row)

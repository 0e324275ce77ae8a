"""Comparisons of two groups, beside `tests/reference/groups.R`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.agreement.case import Case, read_data
from il6report.estimates import Statistic
from il6report.methods.censored import fit_censored_lognormal
from il6report.methods.groups import TwoGroupMethod, compare_two_groups

_CENSORED = "pbc, bilirubin below 1 censored"


def cases() -> dict[str, Case]:
    """Compute every comparison that R was asked for."""
    plants, few = read_data("data/plantgrowth"), read_data("data/plantgrowth_few")
    air, pbc = read_data("data/airquality"), _limited_pbc()
    return {
        "mann_whitney.plantgrowth.trt2": _plants(plants, "trt2", "mann_whitney"),
        "mann_whitney.plantgrowth.level90": _plants(plants, "trt1", "mann_whitney", level=0.9),
        "mann_whitney.airquality": _two(air, "airquality", "Ozone", "Month", "mann_whitney", "5"),
        "mann_whitney.pbc.bili": _two(pbc, "pbc", "bili", "sex", "mann_whitney", "m"),
        "mann_whitney.pbc.platelet": _two(
            pbc.dropna(subset="trt"), "pbc", "platelet", "hepato", "mann_whitney", "0"
        ),
        "superiority.plantgrowth.trt2": _plants(plants, "trt2", "mann_whitney", further=True),
        "welch.plantgrowth.trt2": _plants(plants, "trt2", "welch"),
        "student.plantgrowth.trt2": _plants(plants, "trt2", "student"),
        "permutation.plantgrowth.few": _plants(few, "trt1", "permutation"),
        "censored_lognormal.pbc.sex": _limited(pbc, "censored_lognormal"),
        "censored_lognormal.pbc.small": _limited(pbc.head(24), "censored_lognormal"),
        "censored_lognormal.uncensored": _two(
            pbc.iloc[[0, 2, 3, 4, 5, 13]], "pbc, 6 of 418", "bili", "sex",
            "censored_lognormal", "m",
        ),
        "peto_peto.pbc.sex": _limited(pbc, "peto_peto"),
        "peto_peto.pbc.two_limits": _limited(pbc, "peto_peto", suffix="2"),
        **_fits(pbc),
    }  # fmt: skip


def _limited_pbc() -> pd.DataFrame:
    """Give the trial with bilirubin limited from below at 1 mg/dl, and at two limits."""
    pbc = read_data("survival_pbc")
    two = np.where(pbc["id"] % 2 == 0, 1, 2)
    return pbc.assign(
        below=pbc["bili"] < 1,
        bili_limited=np.maximum(pbc["bili"], 1),
        below2=pbc["bili"] < two,
        bili_limited2=np.maximum(pbc["bili"], two),
        edema=pbc["edema"].astype("category"),
    )


def _two(
    data: pd.DataFrame, name: str, outcome: str, group: str, method: TwoGroupMethod,
    reference: str, *, below: str | None = None, level: float = 0.95, further: bool = False,
) -> Case:  # fmt: skip
    found = compare_two_groups(
        data, outcome, group, method=method, reference=reference, below_limit=below,
        conf_level=level,
    )  # fmt: skip
    first = Statistic(term=outcome, estimate=found.further[0]) if further else found.statistic
    return Case(function=f"compare_two_groups(method={method!r})", data=name, row=first.to_row())


def _plants(
    plants: pd.DataFrame,
    first: str,
    method: TwoGroupMethod,
    *,
    level: float = 0.95,
    further: bool = False,
) -> Case:
    chosen = plants[plants["group"].isin(["ctrl", first])]
    return _two(
        chosen, "PlantGrowth", "weight", "group", method, "ctrl", level=level, further=further
    )


def _limited(pbc: pd.DataFrame, method: TwoGroupMethod, *, suffix: str = "") -> Case:
    name = _CENSORED.replace("1", "1 or 2") if suffix else _CENSORED
    return _two(pbc, name, f"bili_limited{suffix}", "sex", method, "m", below=f"below{suffix}")


def _fits(pbc: pd.DataFrame) -> dict[str, Case]:
    one = fit_censored_lognormal(pbc, "bili_limited", "below", centiles=[97.5])
    age = fit_censored_lognormal(
        pbc, "bili_limited", "below", predictors=["age", "albumin", "edema"]
    )
    call = "fit_censored_lognormal()"
    adjusted = "fit_censored_lognormal(predictors=['age', 'albumin', 'edema'])"
    likelihood = {
        "log_likelihood": age.log_likelihood,
        "sigma": age.sigma.to_row()["estimate"],
    }
    return {
        "censored_fit.pbc.mean": Case(
            function=call, data=_CENSORED, row=one.geometric_mean.to_row()
        ),
        "censored_fit.pbc.sigma": Case(function=call, data=_CENSORED, row=one.sigma.to_row()),
        "censored_fit.pbc.centile": Case(
            function="fit_censored_lognormal(centiles=[97.5])",
            data=_CENSORED,
            row=one.centiles[0].to_row(),
        ),
        "censored_fit.pbc.age": Case(function=adjusted, data=_CENSORED, row=age.ratios[0].to_row()),
        "censored_fit.pbc.loglik": Case(function=adjusted, data=_CENSORED, row=likelihood),
    }

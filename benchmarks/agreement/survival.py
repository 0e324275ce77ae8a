"""Survival statistics, beside `tests/reference/survival.R`."""

from __future__ import annotations

import pandas as pd

from benchmarks.agreement.case import Case, read_data
from il6report.estimates import HypothesisTest, NotEstimable, Statistic
from il6report.methods.cox_model import cox
from il6report.methods.cutpoint import select_cutpoint
from il6report.methods.failure_time import accelerated_failure_time
from il6report.methods.hazard_sensitivity import e_value, minimal_detectable_hazard_ratio
from il6report.methods.logrank_test import logrank
from il6report.methods.product_limit import kaplan_meier
from il6report.methods.proportional_hazards import ProportionalHazards
from il6report.methods.restricted_mean import restricted_mean_survival
from il6report.methods.roc_in_time import time_dependent_roc


def cases() -> dict[str, Case]:
    """Compute every survival statistic that R was asked for."""
    lung, pbc, colon = (read_data(f"survival_{name}") for name in ("lung", "pbc", "colon"))
    deaths = colon[colon["etype"] == 2]
    follow_up = kaplan_meier(pbc, "time", "death").follow_up["all"]
    return {
        **_curves(lung),
        "follow_up.pbc": _case("kaplan_meier().follow_up", "pbc", follow_up),
        "logrank.lung": _case("logrank()", "lung", logrank(lung, "time", "death", "sex").statistic),
        "logrank.colon": _case(
            "logrank()", "colon", logrank(deaths, "time", "status", "rx").statistic
        ),
        **_cox(pbc),
        **_failure_time(lung),
        "cutpoint.lung": _cutpoint(lung),
        **_stratified(pbc),
        **_time_dependent_roc(pbc),
        **_sensitivity(lung),
    }


def _case(function: str, data: str, statistic: Statistic) -> Case:
    return Case(function=function, data=data, row=statistic.to_row())


def _curves(lung: pd.DataFrame) -> dict[str, Case]:
    curves = kaplan_meier(lung, "time", "death", group="sex")
    means = restricted_mean_survival(lung, "time", "death", "sex", tau=500).means
    found: dict[str, Case] = {}
    for sex in curves.groups:
        at = curves.milestone(365, group=sex)
        found[f"median.lung.{sex}"] = _case("kaplan_meier().median", "lung", curves.median[sex])
        found[f"milestone.lung.{sex}"] = _case("kaplan_meier().milestone(365)", "lung", at)
        found[f"restricted_mean.lung.{sex}"] = _case(
            "restricted_mean_survival(tau=500)", "lung", means[sex]
        )
    return found


def _cox(pbc: pd.DataFrame) -> dict[str, Case]:
    model = cox(pbc, "time", "death", ["age", "bili", "albumin"])
    hazards, test = model.proportional_hazards, model.likelihood_ratio
    if not isinstance(hazards, ProportionalHazards) or isinstance(test, NotEstimable):
        raise TypeError("the model of the Mayo Clinic trial can be estimated")
    call = "cox().proportional_hazards"
    return {
        **{f"cox.pbc.{key}": _case("cox()", "pbc", one) for key, one in model.terms.items()},
        **{
            f"proportional_hazards.pbc.{key}": _case(call, "pbc", one)
            for key, one in hazards.predictors.items()
        },
        "proportional_hazards.pbc.overall": _case(call, "pbc", hazards.overall),
        "cox.pbc.concordance": _case("cox().concordance", "pbc", model.concordance),
        "cox.pbc.likelihood_ratio": _test("cox().likelihood_ratio", "pbc", test),
    }


def _test(function: str, data: str, test: HypothesisTest) -> Case:
    row = {"statistic": test.statistic, "df": test.df, "p_value": test.p_value}
    return Case(function=function, data=data, row=row)


def _failure_time(lung: pd.DataFrame) -> dict[str, Case]:
    model = accelerated_failure_time(lung, "time", "death", ["age", "sex"])
    return {
        f"failure_time.lung.{key}": _case("accelerated_failure_time()", "lung", one)
        for key, one in model.terms.items()
    }


def _cutpoint(lung: pd.DataFrame) -> Case:
    found = select_cutpoint(
        lung, "age", "time", "death", seed=1, n_bootstrap=1, n_permutations=1
    )  # fmt: skip
    row = found.apparent.to_row()
    cut = None if isinstance(found.cut, NotEstimable) else found.cut
    return Case(
        function="select_cutpoint()",
        data="lung",
        row={**row, "cut": cut, "p_lausen_1994": found.p_lausen_1994},
    )


def _stratified(pbc: pd.DataFrame) -> dict[str, Case]:
    model = cox(pbc, "time", "death", ["age", "bili", "albumin"], strata="stage")
    hazards, test = model.proportional_hazards, model.likelihood_ratio
    if not isinstance(hazards, ProportionalHazards) or isinstance(test, NotEstimable):
        raise TypeError("the model of the Mayo Clinic trial can be estimated")
    call = "cox(strata='stage')"
    return {
        **{f"stratified.pbc.{key}": _case(call, "pbc", one) for key, one in model.terms.items()},
        **{
            f"stratified_hazards.pbc.{key}": _case(f"{call}.proportional_hazards", "pbc", one)
            for key, one in hazards.predictors.items()
        },
        "stratified.pbc.concordance": _case(f"{call}.concordance", "pbc", model.concordance),
        "stratified.pbc.likelihood_ratio": _test(f"{call}.likelihood_ratio", "pbc", test),
    }


def _time_dependent_roc(pbc: pd.DataFrame) -> dict[str, Case]:
    return {
        f"time_dependent_roc.pbc.{marker}.{time:g}": _case(
            f"time_dependent_roc(times=[{time:g}])", "pbc", one
        )
        for marker in ("bili", "age")
        for time, one in time_dependent_roc(
            pbc, marker, "time", "death", times=[1000, 3000]
        ).areas.items()
    }


def _sensitivity(lung: pd.DataFrame) -> dict[str, Case]:
    ratio = cox(lung, "time", "death", ["sex"]).terms["sex"].estimate
    if isinstance(ratio, NotEstimable):
        raise TypeError("the model of the lung cancer study can be estimated")
    found: dict[str, Case] = {}
    for name, rare in (("rare", True), ("common", False)):
        result = e_value(ratio, rare=rare)
        call = f"e_value(rare={rare})"
        found[f"e_value.lung.{name}"] = _case(call, "lung", result.estimate)
        found[f"e_value.lung.{name}.limit"] = _case(call, "lung", result.limit)
    for deaths in (17, 165):
        detectable = minimal_detectable_hazard_ratio(deaths, share=0.4)
        found[f"detectable.{deaths}"] = _case(
            f"minimal_detectable_hazard_ratio({deaths}, share=0.4)",
            "none",
            Statistic(term="detectable", estimate=detectable),
        )
    return found

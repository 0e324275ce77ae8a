"""What is missing in patients, in whom, and completed copies of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable, Statistic
from il6report.methods.description import describe
from il6report.methods.imputation import cumulative_hazard, impute_chained
from il6report.plan import AnalysisPlan

VARIABLES: tuple[str, ...] = (
    "crp_mg_l",
    "esr_mm_h",
    "platelets_10e9_l",
    "mrss",
    "mrss_peak",
    "autoantibody",
    "followup_years",
)
"""What is examined for missing values, in the order of the figure."""

COMPARED: tuple[str, ...] = ("age_years", "sex", "log2_il6", "mrss", "death_observed")
"""In what patients with and without missing values are compared."""


def missing_patterns(patients: pd.DataFrame) -> pd.DataFrame:
    """Count the patients by what they lack.

    Returns
    -------
    DataFrame
        One row per pattern and variable: `pattern` (0 is the most frequent), `n` (patients with
        it), `variable`, `missing`.
    """
    lacking = patients[list(VARIABLES)].isna()
    sizes = lacking.groupby(list(VARIABLES)).size().rename("n").reset_index()
    order = [*VARIABLES]
    ordered = sizes.sort_values(["n", *order], ascending=[False, *[True] * len(order)])
    numbered = ordered.reset_index(drop=True).rename_axis("pattern").reset_index()
    return numbered.melt(["pattern", "n"], order, var_name="variable", value_name="missing")


def describe_missing(patients: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    """Count what is missing and say how those who lack anything differ from the others."""
    for variable in VARIABLES:
        yield f"n.{variable}", _count(variable, int(patients[variable].isna().sum()), len(patients))
    lacking = patients[list(VARIABLES)].isna().any(axis=1)
    yield "n.any", _count("anything", int(lacking.sum()), len(patients))
    groups = pd.Categorical(np.where(lacking, "incomplete", "complete"), ["complete", "incomplete"])
    people = patients.assign(completeness=groups)
    for variable in COMPARED:
        yield f"difference.{variable}", _difference(people, variable, plan)


def _difference(people: pd.DataFrame, variable: str, plan: AnalysisPlan) -> Statistic:
    known = people.dropna(subset=[variable])
    if known["completeness"].nunique() < 2 or known[variable].nunique() < 2:  # noqa: PLR2004
        reason = "all patients are alike, or all complete"
        return Statistic(
            term=variable,
            n=len(known),
            estimate=NotEstimable(reason=reason, measure="standardised_difference"),
        )
    found = describe(
        known, [variable], by="completeness", reference="complete", conf_level=plan.conf_level
    ).find(variable, "standardised_difference", group="incomplete")
    return replace(found, n=len(known))


def _count(variable: str, missing: int, total: int) -> Statistic:
    return Statistic(
        term=variable,
        n=total,
        n_events=missing,
        estimate=Estimate(
            measure="n_missing", value=float(missing), method="count", no_interval="a count"
        ),
    )


def imputed_crp(participants: pd.DataFrame, plan: AnalysisPlan) -> NDArray[np.float64]:
    """Complete log2 CRP of the patients several times.

    Controls, in whom CRP was not measured, stay missing. Survival enters as the death indicator
    and the cumulative hazard; predictors with gaps are completed beside it.

    Returns
    -------
    array of shape (imputations, participants)
        No rows where too few values were observed.
    """
    everybody = participants.reset_index(drop=True)
    patients = everybody[everybody["disease_subset"] != "control"].copy()
    if patients["log2_crp"].notna().all():
        return np.empty((0, len(everybody)))
    patients["log2_esr"] = np.log2(patients["esr_mm_h"])
    numbers = patients[["followup_years", "death_observed"]].to_numpy(float)
    patients["cumulative_hazard"] = cumulative_hazard(numbers[:, 0], numbers[:, 1])
    strata = pd.get_dummies(patients["analysis_group"].astype(str), dtype=float).iloc[:, 1:]
    candidates: Mapping[str, pd.Series] = {
        **{name: patients[name] for name in plan.imputation_predictors},
        "death_observed": patients["death_observed"],
        "cumulative_hazard": patients["cumulative_hazard"],
    }
    gaps = [name for name, values in candidates.items() if values.isna().any()]
    whole = [name for name in candidates if name not in gaps]
    try:
        copies = impute_chained(
            patients.join(strata),
            [*plan.imputed, *gaps],
            [*whole, *(str(name) for name in strata)],
            n_imputations=plan.n_imputations,
            seed=plan.seed,
        )
    except AnalysisError:
        return np.empty((0, len(everybody)))
    completed = np.full((len(copies), len(everybody)), np.nan)
    completed[:, patients.index] = [copy["log2_crp"].to_numpy(float) for copy in copies]
    return completed

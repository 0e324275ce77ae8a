"""Does circulating IL-6 follow the acute phase, and what does the sampling do to the answer?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from il6report.analyses.families import adjust_by_plan
from il6report.cohort.cohort import Cohort
from il6report.estimates import NotEstimable, Statistic, statistics_frame
from il6report.methods.association import correlate
from il6report.plan import AnalysisPlan

VARIABLES: tuple[str, ...] = (
    "crp_mg_l",
    "esr_mm_h",
    "platelets_10e9_l",
    "age_years",
    "disease_duration_months",
    "mrss",
    "mrss_peak",
)
"""What IL-6 is related to, in the order of the report."""

_FEWEST = 5


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AcutePhaseResult:
    """How IL-6 varies with the acute phase and with disease, among patients.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key: `correlation.<variable>` over all patients, `partial.<variable>` within
        sampling strata.
    points : DataFrame
        What the figure draws: `variable`, `x`, `il6_pg_ml`, `below_quantitation`, `group`, sorted
        within variable; no identifiers.
    variables : tuple of str
        The variables, in order.
    labels : mapping of str to str
        Variable to its label with unit.
    il6_lloq_pg_ml : float
        Limit of quantitation, pg/mL.
    data_label : str
        "Simulated data", or empty.
    """

    statistics: Mapping[str, Statistic]
    points: pd.DataFrame
    variables: tuple[str, ...]
    labels: Mapping[str, str]
    il6_lloq_pg_ml: float
    data_label: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def correlate_acute_phase(cohort: Cohort, plan: AnalysisPlan) -> AcutePhaseResult:
    """Correlate IL-6 with the acute phase, over all patients and within sampling strata.

    Patients with dcSSc were chosen by platelet count, so the correlation over all patients answers
    for this sample and not for a clinic. Within strata the choice no longer acts.

    Parameters
    ----------
    cohort : Cohort
        Patients with systemic sclerosis and a serum IL-6 enter; controls do not.
    plan : AnalysisPlan
        Confidence level and families of tests.

    Returns
    -------
    AcutePhaseResult
        Rank correlations; above 0 means higher IL-6 with higher values.
    """
    everybody = cohort.participants
    patients = everybody[everybody["disease_subset"] != "control"]
    statistics = {
        **dict(_correlations(patients, "correlation", (), plan)),
        **dict(_correlations(patients, "partial", ("analysis_group",), plan)),
    }
    return AcutePhaseResult(
        statistics=adjust_by_plan("acute_phase", statistics, plan),
        points=_points(patients),
        variables=VARIABLES,
        labels={name: cohort.labels[name] for name in VARIABLES},
        il6_lloq_pg_ml=plan.il6_lloq_pg_ml,
        data_label=cohort.description.label,
    )


def _correlations(
    patients: pd.DataFrame, prefix: str, adjust_for: tuple[str, ...], plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    for variable in VARIABLES:
        complete = patients.dropna(subset=["il6_pg_ml", variable])
        if len(complete) < _FEWEST:
            reason = f"fewer than {_FEWEST} patients with both values"
            estimate = NotEstimable(reason=reason, measure="spearman_rho")
            yield (
                f"{prefix}.{variable}",
                Statistic(term=variable, n=len(complete), estimate=estimate),
            )
            continue
        yield (
            f"{prefix}.{variable}",
            correlate(
                patients,
                "il6_pg_ml",
                variable,
                adjust_for=adjust_for,
                below_limit="il6_below_quantitation",
                conf_level=plan.conf_level,
            ).statistic,
        )


def _points(patients: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "variable": variable,
                "x": patients[variable],
                "il6_pg_ml": patients["il6_pg_ml"],
                "below_quantitation": patients["il6_below_quantitation"].astype(bool),
                "group": patients["analysis_group"],
            }
        ).dropna()
        for variable in VARIABLES
    ]
    points = pd.concat(parts, ignore_index=True)
    order = pd.Categorical(points["variable"], VARIABLES)
    ordered = points.assign(order=order).sort_values(["order", "group", "x", "il6_pg_ml"])
    return ordered.drop(columns="order").reset_index(drop=True)

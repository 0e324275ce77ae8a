"""Who was studied, how many entered each analysis, and how the groups differ at blood sampling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from il6report.cohort.cohort import Cohort, ParticipantFlow
from il6report.estimates import Estimate, Measure, Statistic, statistics_frame
from il6report.methods.description import DescribedVariable, Description, describe
from il6report.plan import GROUP_KEYS, AnalysisPlan

VARIABLES: tuple[str, ...] = (
    "age_years",
    "sex",
    "disease_duration_months",
    "autoantibody",
    "ild",
    "pah",
    "renal_crisis",
    "mrss",
    "mrss_peak",
    "platelets_10e9_l",
    "crp_mg_l",
    "esr_mm_h",
)
"""The characteristics described, in the order of the table."""

PATIENTS = "ssc"
CONTRASTS: Mapping[str, tuple[str, str, str]] = {
    "patients": ("disease", "SSc", "control"),
    "strata": ("analysis_group", "dcSSc, high platelets", "dcSSc, normal platelets"),
}
"""Word in ledger identifiers to the grouping column, the group and the reference of a contrast."""

_QUANTITY: tuple[Measure, ...] = ("median", "lower_quartile", "upper_quartile", "n_missing")
_CATEGORY: tuple[Measure, ...] = ("n_missing",)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BaselineResult:
    """The participants at blood sampling.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key: `n.<group>`, `<variable>.<measure>.<group>`,
        `<variable>.percent.<level>.<group>`, `<variable>.standardised_difference.<contrast>`.
    variables : tuple of DescribedVariable
        How each characteristic is described, in the order of the table.
    flow : ParticipantFlow
        Who was enrolled, left out and analysed.
    labels : mapping of str to str
        Variable to its label with unit.
    data_label : str
        "Simulated data", or empty.
    """

    statistics: Mapping[str, Statistic]
    variables: tuple[DescribedVariable, ...]
    flow: ParticipantFlow
    labels: Mapping[str, str]
    data_label: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def describe_baseline(cohort: Cohort, plan: AnalysisPlan) -> BaselineResult:
    """Describe the participants by group, with what is missing and standardised differences.

    Differences between groups at baseline are described and not tested: whether groups differ is a
    matter of how participants were chosen.

    Parameters
    ----------
    cohort : Cohort
        Everybody with a serum IL-6.
    plan : AnalysisPlan
        Confidence level.

    Returns
    -------
    BaselineResult
        Standardised differences above 0 mean higher values, or another mix of levels, in patients
        than in controls, and in dcSSc with high than with normal platelets.
    """
    people = cohort.participants.assign(disease=_disease(cohort.participants))
    by_group = describe(
        people, VARIABLES, by="analysis_group", reference=None, conf_level=plan.conf_level
    )
    by_disease = describe(people, VARIABLES, by="disease", conf_level=plan.conf_level)
    columns = {key: (by_group, group) for group, key in GROUP_KEYS.items()}
    columns[PATIENTS] = (by_disease, "SSc")
    statistics = dict(_sizes(people))
    for variable in by_group.variables:
        for key, (description, group) in columns.items():
            statistics |= dict(_rows(variable, description, group, key, cohort.units))
        statistics |= dict(_differences(people, variable.name, plan))
    return BaselineResult(
        statistics=statistics,
        variables=by_group.variables,
        flow=cohort.flow,
        labels={name: cohort.labels[name] for name in VARIABLES},
        data_label=cohort.description.label,
    )


def _disease(people: pd.DataFrame) -> pd.Categorical:
    labels = people["disease_subset"].eq("control").map({True: "control", False: "SSc"})
    return pd.Categorical(labels, ["control", "SSc"])


def _sizes(people: pd.DataFrame) -> Iterator[tuple[str, Statistic]]:
    subset, group = people["disease_subset"], people["analysis_group"]
    sizes = {
        "all": len(people),
        PATIENTS: int((subset != "control").sum()),
        "dcssc": int((subset == "dcSSc").sum()),
        **{key: int((group == label).sum()) for label, key in GROUP_KEYS.items()},
    }
    for key, size in sizes.items():
        yield (
            f"n.{key}",
            Statistic(
                term="participants",
                group1=key,
                n=size,
                estimate=Estimate(
                    measure="count", value=float(size), method="count", no_interval="a count"
                ),
            ),
        )


def _rows(
    variable: DescribedVariable,
    description: Description,
    group: str,
    key: str,
    units: Mapping[str, str],
) -> Iterator[tuple[str, Statistic]]:
    if group not in description.groups:
        return
    name = variable.name
    for measure in _QUANTITY if variable.kind == "quantity" else _CATEGORY:
        row = description.find(name, measure, group=group)
        if isinstance(row.estimate, Estimate) and measure != "n_missing":
            row = replace(row, estimate=replace(row.estimate, unit=units[name]))
        yield f"{name}.{measure}.{key}", row
    for level in variable.levels:
        row = description.find(name, "percent", group=group, level=level)
        yield f"{name}.percent.{level}.{key}", row


def _differences(
    people: pd.DataFrame, variable: str, plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    for contrast, (column, group, reference) in CONTRASTS.items():
        pair = people[people[column].isin([group, reference])]
        if pair[column].nunique() < 2:  # noqa: PLR2004 - one of the groups is empty
            continue
        found = describe(
            pair, [variable], by=column, reference=reference, conf_level=plan.conf_level
        )
        row = found.find(variable, "standardised_difference", group=group)
        yield (
            f"{variable}.standardised_difference.{contrast}",
            replace(row, group2=reference, n=(row.n1 or 0) + (row.n2 or 0)),
        )

"""Decisions of the analysis that could reasonably have been made otherwise: part of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A choice that could reasonably have been made otherwise.

    Parameters
    ----------
    name : str
        Word in ledger identifiers.
    label : str
        What is chosen, as figures print it.
    options : mapping of str to str
        Each option's word and label; the first is that of the main analysis.
    """

    name: str
    label: str
    options: Mapping[str, str]


_FLAGGED = Decision(
    name="flagged",
    label="Flagged sera",
    options={"kept": "all sera", "left_out": "without flagged sera"},
)

MULTIVERSE: Mapping[str, tuple[Decision, ...]] = {
    "ratio": (
        Decision(
            name="below_limit",
            label="Below the limit",
            options={
                "censored": "censored there",
                "limit": "at the limit",
                "root": "limit / √2",
                "half": "half the limit",
            },
        ),
        Decision(
            name="covariates",
            label="Adjusted for",
            options={
                "none": "nothing",
                "age": "age",
                "sex": "sex",
                "age_sex": "age and sex",
            },
        ),
        Decision(
            name="limit",
            label="Limit of quantitation",
            options={"planned": "as planned", "doubled": "twice as high"},
        ),
        Decision(
            name="platelets",
            label="High platelets",
            options={"stratum": "sampling stratum", "above_450": "above 450 × 10⁹/L"},
        ),
        Decision(
            name="unknown_subset",
            label="Unknown subset",
            options={"limited": "as lcSSc", "diffuse": "as dcSSc"},
        ),
        _FLAGGED,
    ),
    "correlation": (
        Decision(
            name="scale",
            label="Scale, below the limit",
            options={
                "ranks": "ranks, tied lowest",
                "ranks_above": "ranks, left out",
                "log_limit": "logarithm, at the limit",
                "log_half": "logarithm, half the limit",
                "log_above": "logarithm, left out",
            },
        ),
        Decision(
            name="patients",
            label="Patients",
            options={
                "all": "all SSc",
                "subset_known": "subset known",
                "diffuse": "dcSSc only",
            },
        ),
        Decision(
            name="covariates",
            label="Held constant",
            options={
                "none": "nothing",
                "strata": "sampling stratum",
                "age_sex": "age and sex",
                "strata_age_sex": "stratum, age, sex",
            },
        ),
        Decision(
            name="missing",
            label="Missing CRP",
            options={"complete": "complete cases", "imputed": "multiple imputation"},
        ),
        _FLAGGED,
    ),
    "hazard": (
        Decision(
            name="il6",
            label="IL-6",
            options={
                "planned": "above the planned cut",
                "median": "above the median",
                "tertile": "above the upper tertile",
                "log_limit": "continuous, at the limit",
                "log_half": "continuous, half the limit",
            },
        ),
        Decision(
            name="patients",
            label="Patients",
            options={
                "diffuse": "dcSSc",
                "with_unknown": "dcSSc and unknown subset",
                "early": "dcSSc within 5 years",
            },
        ),
        Decision(
            name="covariates",
            label="Adjusted for",
            options={
                "none": "nothing",
                "age": "age",
                "age_sex": "age and sex",
                "age_crp": "age and CRP",
            },
        ),
        Decision(
            name="missing",
            label="Missing CRP",
            options={"imputed": "multiple imputation", "complete": "complete cases"},
        ),
        Decision(
            name="penalty",
            label="Likelihood",
            options={"none": "ordinary", "firth": "Firth's penalty"},
        ),
        Decision(
            name="horizon",
            label="Follow-up",
            options={"all": "all of it", "ten_years": "first 10 years"},
        ),
    ),
}
"""Decisions by headline estimate; all their combinations are analysed.

`ratio`: geometric mean IL-6 in dcSSc with high platelets against controls. Substitutes for values
below the limit (twice its height stands for a less sensitive assay) are here because readers know
them, and nowhere else. 450 is the usual upper limit of normal of platelets, the sampling used 400.
The patients of unknown subset count as lcSSc in the study; as dcSSc they enter the stratum of their
own platelet count. `correlation`: IL-6 and CRP; the sampling strata are held constant because the
sampling created part of the correlation. `hazard`: a continuous IL-6 is expressed as the ratio
between the mean of patients above and of those not above the planned cut, so that all options
measure the same contrast; "complete cases" lack nothing that any specification uses; the first
ten years are those best observed.
"""

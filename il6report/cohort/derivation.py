"""Raw files and serum concentrations into the cohort that the analyses ask."""

from __future__ import annotations

import numpy as np
import pandas as pd

from il6report.assays.elisa import SerumResult
from il6report.cohort.codebook import labels_with_units, read_variables
from il6report.cohort.cohort import Cohort
from il6report.cohort.eligibility import select_eligible
from il6report.cohort.validation import study_problems
from il6report.errors import CohortError
from il6report.plan import ANALYSIS_GROUPS, AnalysisPlan
from il6report.source import StudyData

DISEASE_SUBSETS: tuple[str, ...] = ("control", "lcSSc", "dcSSc")


def build_cohort(raw: StudyData, serum: SerumResult, plan: AnalysisPlan) -> Cohort:
    """Validate, derive and select: the one way from raw files to the cohort.

    Parameters
    ----------
    raw : StudyData
        From `il6report.source.read_study`.
    serum : SerumResult
        From `il6report.assays.elisa.quantify_plates`.
    plan : AnalysisPlan
        Holds the limits of the IL-6 categories.

    Returns
    -------
    Cohort
        One row per eligible participant, the skin scores of those, and the flow.

    Raises
    ------
    CohortError
        If rows are invalid or files do not fit together; names all such problems.
    """
    tables = {
        "participants": raw.participants,
        "elisa_plates": raw.elisa_plates,
        "skin_scores": raw.skin_scores,
        "followup": raw.followup,
        "biopsies": raw.biopsies,
        "immunoblots": raw.immunoblots,
        "qpcr": raw.qpcr,
    }
    CohortError.raise_if_any(study_problems(tables, raw.codebook))
    derived = derive_participants(raw.participants, raw.followup, serum.samples, plan)
    eligible, flow = select_eligible(derived, raw.skin_scores, plan)
    kept = raw.skin_scores["participant_id"].isin(eligible["participant_id"])
    return Cohort(
        description=raw.description,
        participants=_with_levels(eligible, raw.codebook),
        skin_scores=raw.skin_scores[kept].reset_index(drop=True),
        flow=flow,
        labels=labels_with_units(raw.codebook),
        units={one.name: one.unit for one in read_variables(raw.codebook)},
    )


def derive_participants(
    participants: pd.DataFrame, followup: pd.DataFrame, samples: pd.DataFrame, plan: AnalysisPlan
) -> pd.DataFrame:
    """Join follow-up and serum to the participants and derive the variables of the analyses.

    Returns
    -------
    DataFrame
        One row per participant: the raw columns, `followup_years` and `death_observed` (both
        missing where follow-up ended with blood sampling) and

        - `analysis_group`, `disease_subset`: ordered categoricals;
        - `il6_pg_ml`, `sil6r_ng_ml`: the limit of quantitation where `il6_below_quantitation` or
          `sil6r_below_quantitation` (left-censored);
        - `log2_il6`, `log2_crp`: doubling scale; `log2_il6` of the limit where censored;
        - `il6_category`: ordered, by the limits of the plan; `il6_high`: above `il6_high_pg_ml`.
          Both are missing where a censored value leaves them open;
        - `early_dcssc`: dcSSc of no longer than `early_dcssc_months`; missing where not known.
    """
    seen_again = followup[followup["followup_years"] > 0]
    joined = participants.merge(seen_again, on="participant_id", how="left", validate="1:1")
    il6 = _serum_columns(samples, "il6", "il6_pg_ml")
    sil6r = _serum_columns(samples, "sil6r", "sil6r_ng_ml").drop(columns="sil6r_above_quantitation")
    joined = _join_serum(_join_serum(joined, il6), sil6r)
    subset = joined["study_group"]
    stratum = joined["sampling_stratum"].map(
        {"high_platelets": ANALYSIS_GROUPS[3], "normal_platelets": ANALYSIS_GROUPS[2]}
    )
    joined["analysis_group"] = _ordered(subset.where(subset != "dcSSc", stratum), ANALYSIS_GROUPS)
    joined["disease_subset"] = _ordered(subset, DISEASE_SUBSETS)
    joined["log2_il6"] = np.log2(joined["il6_pg_ml"])
    joined["log2_crp"] = np.log2(joined["crp_mg_l"])
    months = joined["disease_duration_months"]
    early = (months <= plan.early_dcssc_months).astype("boolean").mask(months.isna())
    joined["early_dcssc"] = early & (subset == "dcSSc")
    return _with_categories(joined, plan)


def il6_categories(plan: AnalysisPlan) -> tuple[str, str, str]:
    """Name the three categories of IL-6, in pg/mL.

    Examples
    --------
    >>> il6_categories(AnalysisPlan())
    ('<3.12', '3.12-10', '>10')
    """
    low, high = f"{plan.il6_lloq_pg_ml:g}", f"{plan.il6_high_pg_ml:g}"
    return f"<{low}", f"{low}-{high}", f">{high}"


def _serum_columns(samples: pd.DataFrame, analyte: str, column: str) -> pd.DataFrame:
    names = {"sample_id": "participant_id", "concentration": column}
    names |= {f"{end}_quantitation": f"{analyte}_{end}_quantitation" for end in ("below", "above")}
    return samples.loc[samples["analyte"] == analyte, list(names)].rename(columns=names)


def _join_serum(participants: pd.DataFrame, serum: pd.DataFrame) -> pd.DataFrame:
    """Join by participant; a flag is false where nothing was measured."""
    joined = participants.merge(serum, on="participant_id", how="left", validate="1:1")
    flags = [str(name) for name in serum if str(name).endswith("_quantitation")]
    joined[flags] = joined[flags].astype("boolean").fillna(value=False).astype(bool)
    return joined


def _ordered(values: pd.Series, categories: tuple[str, ...]) -> pd.Series:
    return values.astype(pd.CategoricalDtype(list(categories), ordered=True))


def _with_levels(participants: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Give the named characteristics the order of their levels in the codebook."""
    levels = {
        one.name: pd.CategoricalDtype(list(one.allowed_values))
        for one in read_variables(codebook)
        if one.file == "participants" and one.type == "string" and one.allowed_values
    }
    return participants.astype(levels)


def _with_categories(joined: pd.DataFrame, plan: AnalysisPlan) -> pd.DataFrame:
    """Add category and high IL-6; a value censored at a limit within a category leaves it open."""
    value = joined["il6_pg_ml"]
    below = joined["il6_below_quantitation"]
    low, middle, high = il6_categories(plan)
    category = pd.Series(high, index=joined.index, dtype="object")
    category[value <= plan.il6_high_pg_ml] = middle
    under = (value < plan.il6_lloq_pg_ml) | (below & (value <= plan.il6_lloq_pg_ml))
    category[under] = low
    category[value.isna() | (below & ~under)] = None
    joined["il6_category"] = _ordered(category, (low, middle, high))
    is_high = (value > plan.il6_high_pg_ml).astype("boolean")
    joined["il6_high"] = is_high.mask(value.isna() | (below & (value > plan.il6_high_pg_ml)))
    return joined

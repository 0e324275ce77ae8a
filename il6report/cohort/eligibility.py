"""Who is analysed and who is not: every participant left out is counted, with the reason."""

from __future__ import annotations

import pandas as pd

from il6report.cohort.cohort import FlowStep, ParticipantFlow
from il6report.plan import AnalysisPlan

ENROLLED = "Enrolled"
MEASURED = "Serum IL-6 measured"
ACUTE_PHASE = "Acute phase measured"
FOLLOWED = "dcSSc followed up"
SKIN_COURSE = "Early dcSSc, skin course"
SKIN_HORIZON = "Skin scored at {} months"


def select_eligible(
    derived: pd.DataFrame, skin_scores: pd.DataFrame, plan: AnalysisPlan
) -> tuple[pd.DataFrame, ParticipantFlow]:
    """Keep the participants with a serum IL-6, and count the way to each analysis.

    Parameters
    ----------
    derived : DataFrame
        Everybody enrolled, with the variables of `il6report.cohort.derivation`.
    skin_scores : DataFrame
        One row per participant and visit.
    plan : AnalysisPlan
        Says which visit is the last.

    Returns
    -------
    eligible : DataFrame
        Those with an IL-6 that was read, or known to lie below the limit of quantitation.
    flow : ParticipantFlow
        Enrolled, measured, and from there the branches of acute phase, survival and skin score.
    """
    reasons = pd.Series("", index=derived.index)
    reasons[derived["il6_above_quantitation"]] = "IL-6 above the range and not diluted"
    reasons[derived["il6_pg_ml"].isna()] = "no serum IL-6"
    measured = derived[reasons == ""]
    control = measured["study_group"] == "control"
    acute = pd.Series("", index=measured.index)
    acute[measured["crp_mg_l"].isna()] = "C-reactive protein missing"
    acute[control] = "control, acute phase not measured"
    followed = pd.Series("", index=measured.index)
    followed[measured[["followup_years", "death_observed"]].isna().any(axis="columns")] = (
        "nothing known after sampling"
    )
    followed[measured["study_group"] != "dcSSc"] = "control or lcSSc"
    steps = (
        FlowStep(label=ENROLLED, counts=_count(derived), excluded={}),
        _step(MEASURED, derived, reasons, parent=ENROLLED),
        _step(ACUTE_PHASE, measured, acute, parent=MEASURED),
        _step(FOLLOWED, measured, followed, parent=MEASURED),
        *_skin_steps(measured, skin_scores, plan),
    )
    eligible = measured.drop(columns="il6_above_quantitation").reset_index(drop=True)
    return eligible, ParticipantFlow(steps=steps)


def _skin_steps(
    measured: pd.DataFrame, skin_scores: pd.DataFrame, plan: AnalysisPlan
) -> tuple[FlowStep, FlowStep]:
    """Count those whose skin score can be followed, and those who have the last one."""
    horizon = plan.skin_horizon_months
    by_person = skin_scores[skin_scores["visit_month"] <= horizon].groupby("participant_id")
    last = measured["participant_id"].map(by_person["visit_month"].max()).fillna(0)
    course = pd.Series("", index=measured.index)
    course[last == 0] = "skin not scored again"
    course[~measured["early_dcssc"].fillna(value=False)] = "dcSSc not early"
    course[measured["early_dcssc"].isna()] = "disease duration missing"
    course[measured["study_group"] != "dcSSc"] = "control or lcSSc"
    again = measured[course == ""]
    died = (again["death_observed"] == 1) & (12 * again["followup_years"] < horizon)
    ended = pd.Series("", index=again.index)
    ended[last[again.index] < horizon] = f"no visit at {horizon} months"
    ended[died] = f"died within {horizon} months"
    label = SKIN_HORIZON.format(horizon)
    return (
        _step(SKIN_COURSE, measured, course, parent=MEASURED),
        _step(label, again, ended, parent=SKIN_COURSE),
    )


def _step(label: str, before: pd.DataFrame, reasons: pd.Series, *, parent: str) -> FlowStep:
    excluded = reasons[reasons != ""].value_counts(sort=False).sort_index()
    return FlowStep(
        label=label,
        counts=_count(before[reasons == ""]),
        excluded={str(reason): int(n) for reason, n in excluded.items()},
        parent=parent,
    )


def _count(participants: pd.DataFrame) -> dict[str, int]:
    counts = participants["analysis_group"].value_counts(sort=False)
    return {str(group): int(n) for group, n in counts.items()}

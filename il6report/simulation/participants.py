"""Who is in the study: controls, lcSSc, and dcSSc chosen from the clinic by platelet stratum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from il6report.errors import CohortError
from il6report.simulation.parameters import (
    CORRELATED,
    GroupModel,
    PatientModel,
    Shares,
    StudyModel,
)
from il6report.simulation.streams import stream

TRUTH: tuple[str, ...] = ("true_il6_pg_ml", "true_sil6r_ng_ml", "true_mrss")
"""Columns nobody observes; they drive plates and outcomes and are written to no file."""


def draw_participants(model: StudyModel) -> pd.DataFrame:
    """Draw everybody enrolled: the columns of `participants.csv` and those of `TRUTH`.

    Parameters
    ----------
    model : StudyModel
        The data-generating model.

    Returns
    -------
    DataFrame
        One row per participant, ordered by `participant_id`; nothing is missing at random yet.
    """
    controls = _draw_people(
        model, model.control, model.n_control * model.scale, stream(model.seed, "controls")
    ).assign(study_group="control")
    limited = _draw_limited(model)
    diffuse = _draw_diffuse(model)
    patients = pd.concat([limited, diffuse], ignore_index=True)
    order = stream(model.seed, "enrolment").permutation(len(patients))
    patients = patients.iloc[order].reset_index(drop=True)
    controls["participant_id"] = _identifiers("C", len(controls))
    patients["participant_id"] = _identifiers("S", len(patients))
    everybody = pd.concat([controls, patients], ignore_index=True)
    everybody["subset_source"] = everybody["subset_source"].fillna("recorded")
    return _with_highest_il6_above_range(everybody, model)


def remove_at_random(participants: pd.DataFrame, model: StudyModel) -> pd.DataFrame:
    """Lose some values of patients, each with the probability the model gives its column."""
    rng = stream(model.seed, "missing")
    kept = participants.copy()
    patient = (kept["study_group"] != "control").to_numpy()
    for column, probability in model.missing.items():
        lost = patient & (rng.random(len(kept)) < probability)
        kept[column] = kept[column].mask(lost)
    return kept


def _draw_limited(model: StudyModel) -> pd.DataFrame:
    recorded, unknown = model.n_limited * model.scale, model.n_subset_unknown * model.scale
    rng = stream(model.seed, "limited")
    drawn = _draw_patients(model, model.limited, recorded + unknown, rng)
    source = ["recorded"] * recorded + ["assumed"] * unknown
    return drawn.assign(study_group="lcSSc", subset_source=source)


def _draw_diffuse(model: StudyModel) -> pd.DataFrame:
    """Fill the two platelet strata with the first suitable patients of the clinic."""
    rng = stream(model.seed, "diffuse")
    clinic = _draw_patients(model, model.diffuse, model.clinic_size * model.scale, rng)
    high = clinic["platelets_10e9_l"] > model.high_platelets_above
    strata = {
        "high_platelets": (clinic[high], model.n_high_platelets * model.scale),
        "normal_platelets": (clinic[~high], model.n_normal_platelets * model.scale),
    }
    CohortError.raise_if_any(
        f"the clinic of {len(clinic)} has {len(found)} patients for the stratum {name} and {wanted}"
        " are wanted; make clinic_size larger."
        for name, (found, wanted) in strata.items()
        if len(found) < wanted
    )
    chosen = [
        found.head(wanted).assign(sampling_stratum=name) for name, (found, wanted) in strata.items()
    ]
    return pd.concat(chosen, ignore_index=True).assign(study_group="dcSSc")


def _draw_people(
    model: StudyModel, group: GroupModel, n: int, rng: np.random.Generator
) -> pd.DataFrame:
    mean, sd = model.il6_distribution(group)
    return pd.DataFrame(
        {
            "age_years": np.clip(np.rint(rng.normal(group.age_mean, group.age_sd, n)), 18, 90),
            "sex": np.where(rng.random(n) < group.female, "female", "male"),
            "true_il6_pg_ml": np.exp(rng.normal(mean, sd, n)),
            "true_sil6r_ng_ml": model.sil6r_median(group)
            * np.exp(model.sil6r_sigma * rng.standard_normal(n)),
        }
    )


def _draw_patients(
    model: StudyModel, group: PatientModel, n: int, rng: np.random.Generator
) -> pd.DataFrame:
    patients = _draw_people(model, group, n, rng)
    root = np.linalg.cholesky(model.correlation_matrix())
    drawn = rng.standard_normal((n, len(CORRELATED))) @ root.T
    scores = dict(zip(CORRELATED, drawn.T, strict=True))
    il6_mean, il6_sd = model.il6_distribution(group)
    patients["true_il6_pg_ml"] = np.exp(il6_mean + il6_sd * scores["il6"])
    months_since_onset = (patients["age_years"] - model.youngest_onset_years) * 12
    duration = _lognormal(group.duration_median, group.duration_sigma, scores["duration"])
    patients["disease_duration_months"] = np.rint(
        np.clip(duration, 1, np.maximum(months_since_onset, 1))
    )
    patients["platelets_10e9_l"] = np.rint(
        _lognormal(group.platelets_median, group.platelets_sigma, scores["platelets"])
    )
    crp = _lognormal(group.crp_median, group.crp_sigma, scores["crp"])
    patients["crp_mg_l"] = np.round(np.clip(crp, 0.1, 300.0), 1)
    esr = _lognormal(group.esr_median, group.esr_sigma, scores["esr"])
    patients["esr_mm_h"] = np.rint(np.clip(esr, 1, 130))
    root_score = np.sqrt(group.mrss_median) + group.mrss_root_sd * scores["mrss"]
    patients["true_mrss"] = np.clip(np.maximum(root_score, 0.0) ** 2, 0, 51)
    return _with_organ_disease(patients, group, rng)


def _with_organ_disease(
    patients: pd.DataFrame, group: PatientModel, rng: np.random.Generator
) -> pd.DataFrame:
    names, shares = list(group.autoantibodies), list(group.autoantibodies.values())
    antibody = rng.choice(names, size=len(patients), p=shares)
    patients["autoantibody"] = antibody
    for organ in ("ild", "pah", "renal_crisis"):
        probability = _by_antibody(getattr(group, organ), antibody.tolist())
        patients[organ] = (rng.random(len(patients)) < probability).astype(float)
    return patients


def _by_antibody(probabilities: Shares, antibodies: Sequence[str]) -> np.ndarray:
    return np.array([probabilities.get(one, probabilities["any"]) for one in antibodies])


def _lognormal(median: float, sigma: float, score: np.ndarray) -> np.ndarray:
    return median * np.exp(sigma * score)


def _identifiers(letter: str, n: int) -> list[str]:
    width = max(len(str(n)), 2)
    return [f"{letter}{number:0{width}d}" for number in range(1, n + 1)]


def _with_highest_il6_above_range(participants: pd.DataFrame, model: StudyModel) -> pd.DataFrame:
    """Raise the highest IL-6 above the top standard; no rank and no category changes by it."""
    il6 = participants["true_il6_pg_ml"].to_numpy().copy()
    il6[il6.argmax()] = max(il6.max(), model.above_range_pg_ml)
    return participants.assign(true_il6_pg_ml=il6)

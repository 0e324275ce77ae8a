"""What became of the patients: survival from blood sampling, and the skin over three years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from il6report.simulation.parameters import StudyModel
from il6report.simulation.streams import stream

ASSESSORS = ("A1", "A2", "A3")
MONTHS_PER_YEAR = 12


def draw_followup(model: StudyModel, participants: pd.DataFrame) -> pd.DataFrame:
    """Draw how long each patient was followed and whether death ended it: `followup.csv`.

    Every patient is alive at sampling, so the years to death are drawn from the Weibull law of
    the years since onset given survival to sampling: no time counts in which nobody could die.
    IL-6 above the cut multiplies the hazard. Follow-up ends at one closing date; patients entered
    over several years.

    Returns
    -------
    DataFrame
        One row per patient; both values are missing where nothing is known after sampling.
    """
    rng = stream(model.seed, "followup")
    patients = participants[participants["study_group"] != "control"]
    n = len(patients)
    limited = (patients["study_group"] == "lcSSc").to_numpy()
    shape = np.where(limited, model.limited.survival_shape, model.diffuse.survival_shape)
    scale = np.where(limited, model.limited.survival_scale, model.diffuse.survival_scale)
    duration = patients["disease_duration_months"].to_numpy() / MONTHS_PER_YEAR
    at_sampling = (duration / scale) ** shape
    until_death = rng.exponential(size=n) / _relative_hazard(model, patients)
    death = scale * (at_sampling + until_death) ** (1 / shape) - duration
    closing = rng.uniform(
        model.shortest_possible_followup_years, model.longest_possible_followup_years, n
    )
    end = np.minimum(closing, rng.exponential(1 / model.lost_per_year, n))
    followup = pd.DataFrame(
        {
            "participant_id": patients["participant_id"].to_numpy(),
            "followup_years": np.round(np.maximum(np.minimum(death, end), 0.01), 2),
            "death_observed": (death <= end).astype(float),
        }
    )
    diffuse = followup.index[~limited]
    unknown = rng.choice(diffuse, model.n_without_followup * model.scale, replace=False)
    followup.loc[unknown, ["followup_years", "death_observed"]] = np.nan
    return followup


def draw_skin_scores(
    model: StudyModel, participants: pd.DataFrame, followup: pd.DataFrame
) -> pd.DataFrame:
    """Draw the skin score at the planned visits a patient lived to and came to: `skin_scores.csv`.

    Returns
    -------
    DataFrame
        One row per patient and visit, in that order; every patient has the visit of month 0.
    """
    rng = stream(model.seed, "skin_scores")
    patients = participants[participants["study_group"] != "control"]
    n, months = len(patients), np.array(model.visit_months)
    true_score = _true_scores(model, patients, months, rng)
    usual = rng.integers(len(ASSESSORS), size=n)
    stranger = rng.integers(len(ASSESSORS), size=(n, len(months)))
    by_usual = rng.random((n, len(months))) < model.usual_assessor
    assessor = np.where(by_usual, usual[:, None], stranger)
    severity = np.sqrt(true_score / model.skin_error_at_score)
    between = np.sqrt(model.skin_between_assessors_sd**2 - model.skin_same_assessor_sd**2)
    bias = between * rng.standard_normal((n, len(ASSESSORS)))
    bias -= bias[np.arange(n), usual][:, None]
    noise = model.skin_same_assessor_sd * rng.standard_normal((n, len(months)))
    seen = true_score + severity * (np.take_along_axis(bias, assessor, axis=1) + noise)
    followed = followup["followup_years"].fillna(0.0).to_numpy() * MONTHS_PER_YEAR
    came = (months <= followed[:, None]) & (rng.random(seen.shape) >= model.missed_visit)
    came[:, 0] = True
    row, visit = np.nonzero(came)
    return pd.DataFrame(
        {
            "participant_id": patients["participant_id"].to_numpy()[row],
            "visit_month": months[visit],
            "mrss": np.rint(np.clip(seen[row, visit], 0, 51)).astype(int),
            "assessor_id": np.array(ASSESSORS)[assessor[row, visit]],
        }
    )


def with_skin_at_sampling(
    model: StudyModel, participants: pd.DataFrame, skin_scores: pd.DataFrame
) -> pd.DataFrame:
    """Add to the participants the score of month 0 and the highest one up to then."""
    rng = stream(model.seed, "mrss_peak")
    first = skin_scores[skin_scores["visit_month"] == 0].set_index("participant_id")["mrss"]
    concurrent = participants["participant_id"].map(first)
    years_ill = participants["disease_duration_months"] / MONTHS_PER_YEAR
    spread = 0.35 * np.sqrt(concurrent) * np.minimum(np.sqrt(years_ill), 3.0)
    excess = spread * np.abs(rng.standard_normal(len(participants)))
    peak = np.minimum(np.rint(concurrent + excess), 51)
    return participants.assign(mrss=concurrent, mrss_peak=peak)


def _relative_hazard(model: StudyModel, patients: pd.DataFrame) -> np.ndarray:
    log_hazard = (
        model.effect_scale * np.log(model.hazard_ratio_il6_high) * _il6_high(model, patients)
        + np.log(model.hazard_ratio_per_year_of_age) * patients["age_years"].to_numpy()
        + np.log(model.hazard_ratio_male) * (patients["sex"] == "male").to_numpy()
    )
    return np.exp(log_hazard - log_hazard.mean())


def _true_scores(
    model: StudyModel, patients: pd.DataFrame, months: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Score of each patient at each visit: linear in time, in proportion to the scale of lcSSc."""
    start = patients["true_mrss"].to_numpy()
    change = (
        model.skin_change_at_3_years
        + model.effect_scale * model.skin_change_il6_high * _il6_high(model, patients)
        + model.skin_change_sd * rng.standard_normal(len(patients))
    )
    limited = (patients["study_group"] == "lcSSc").to_numpy()
    change *= np.where(limited, model.limited.mrss_median / model.diffuse.mrss_median, 1.0)
    return np.clip(start[:, None] + change[:, None] * months / months.max(), 0, 51)


def _il6_high(model: StudyModel, patients: pd.DataFrame) -> np.ndarray:
    return (patients["true_il6_pg_ml"] > model.il6_high_above_pg_ml).to_numpy().astype(float)

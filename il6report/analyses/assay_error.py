"""Assay uncertainty, carried from the plate into the headline estimates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from il6report.analyses.headline_fits import pool_coefficients
from il6report.assays.repeated_reading import RepeatedReadings
from il6report.estimates import Estimate, Measure, NotEstimable, Statistic
from il6report.methods.brief_fits import Coefficient, correlation_z, log_hazard
from il6report.plan import AnalysisPlan

_OFTEN = 0.05
_METHOD = "pooled over repeated readings by Rubin's rules"


def carry_assay_error(
    participants: pd.DataFrame, readings: RepeatedReadings, plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    """Repeat hazard ratio and correlation with concentrations as uncertain as the assay is.

    Each draw of the readings is taken for the true concentrations, and the estimates are pooled
    like those of multiple imputations, so that the interval holds both the error of sampling
    patients and that of the assay.

    Yields
    ------
    tuple of str and Statistic
        `well_cv`, `reclassified` (patients with dcSSc whose category of high IL-6 changes in
        at least one draw in twenty), `hazard_ratio`, `correlation` (IL-6 and CRP).
    """
    place = {sample: column for column, sample in enumerate(readings.sample_ids)}
    people = participants[participants["participant_id"].isin(place)]
    columns = people["participant_id"].map(place).to_numpy(int)
    concentration = readings.concentration[:, columns]
    yield "well_cv", _plain(
        "coefficient of variation of a well", "coefficient_of_variation", 100 * readings.well_cv,
        n=len(people), unit="%",
    )  # fmt: skip
    diffuse = (people["disease_subset"] == "dcSSc").to_numpy()
    known = people[["followup_years", "death_observed", "il6_high"]].notna().all(axis=1).to_numpy()
    followed = people[diffuse & known]
    high = concentration[:, diffuse & known] > plan.il6_high_pg_ml
    yield "reclassified", _reclassified(followed, high)
    time = followed["followup_years"].to_numpy(float)
    death = followed["death_observed"].to_numpy(float) == 1
    hazards = [
        log_hazard(time, death, one[:, None].astype(float), conf_level=plan.conf_level)
        for one in high
        if len(followed)
    ]
    yield "hazard_ratio", _pooled("il6_high", "hazard_ratio", hazards, plan)
    crp = people["crp_mg_l"].to_numpy(float)
    rows = ~np.isnan(crp) & (people["disease_subset"] != "control").to_numpy()
    correlations = [
        correlation_z(_tied_lowest(one, below), crp[rows], conf_level=plan.conf_level)
        for one, below in zip(
            concentration[:, rows], readings.below_quantitation[:, columns][:, rows], strict=True
        )
    ]
    yield "correlation", _pooled("crp_mg_l", "spearman_rho", correlations, plan)


def _tied_lowest(values: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Let all values below their limits share the lowest rank."""
    return np.where(below, -np.inf, values)


def _reclassified(followed: pd.DataFrame, high: np.ndarray) -> Statistic:
    term = "patients whose IL-6 category is uncertain"
    if followed.empty:
        nothing = NotEstimable(reason="nobody with dcSSc was followed", measure="count")
        return Statistic(term=term, n=0, estimate=nothing)
    changes = (high != followed["il6_high"].to_numpy(bool)).mean(axis=0)
    count = int((changes >= _OFTEN).sum())
    return _plain(term, "count", float(count), n=len(followed))


def _plain(term: str, measure: Measure, value: float, *, n: int, unit: str = "") -> Statistic:
    estimate = Estimate(
        measure=measure, value=value, method="draws from calibration and duplicates", unit=unit,
        no_interval="describes these plates",
    )  # fmt: skip
    return Statistic(term=term, n=n, estimate=estimate)


def _pooled(
    term: str, measure: Measure, fits: list[Coefficient | NotEstimable], plan: AnalysisPlan
) -> Statistic:
    usable: list[Coefficient | NotEstimable] = [fit for fit in fits if isinstance(fit, Coefficient)]
    if len(usable) < max(2, len(fits)):
        first = next((fit for fit in fits if isinstance(fit, NotEstimable)), None)
        reason = first.reason if first else "nobody was followed"
        nothing = NotEstimable(reason=f"in a draw: {reason}", measure=measure)
        return Statistic(term=term, n=0, estimate=nothing)
    pooled = pool_coefficients(usable, plan)
    if isinstance(pooled, NotEstimable):
        return Statistic(term=term, n=0, estimate=pooled)
    back = np.exp if measure == "hazard_ratio" else np.tanh
    value, low, high = (float(back(end)) for end in (pooled.value, pooled.low, pooled.high))
    estimate = Estimate(
        measure=measure, value=value, conf_low=low, conf_high=high, conf_level=plan.conf_level,
        method=_METHOD,
    )  # fmt: skip
    return Statistic(term=term, n=pooled.n, estimate=estimate)

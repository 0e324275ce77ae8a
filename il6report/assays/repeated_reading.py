"""How far a concentration would move if its plate were calibrated and read again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from il6report.assays.elisa import SerumResult, calibrate_plate
from il6report.assays.logistic import invert
from il6report.assays.standard_curve import StandardCurve
from il6report.plan import AnalysisPlan


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RepeatedReadings:
    """Concentrations that the readings of the plates are compatible with.

    Parameters
    ----------
    sample_ids : tuple of str
        The samples.
    concentration : array of shape (draws, samples)
        In the unit of the analyte, corrected for dilution; the limit where below it.
    below_quantitation : array of bool, shape (draws, samples)
        Which lie below the limit of quantitation.
    well_cv : float
        Coefficient of variation of a single well, from the duplicates.
    """

    sample_ids: tuple[str, ...]
    concentration: np.ndarray
    below_quantitation: np.ndarray
    well_cv: float


def read_again(
    plates: pd.DataFrame,
    serum: SerumResult,
    analyte: str,
    plan: AnalysisPlan,
    *,
    rng: np.random.Generator,
) -> RepeatedReadings:
    """Draw what the sera may have held, given the error of calibration and of pipetting.

    For every draw, each plate gets a curve from the covariance of its fit, shared by its samples,
    and each sample a mean absorbance from the disagreement of duplicates.

    Parameters
    ----------
    plates : DataFrame
        One row per well, as for `quantify_plates`.
    serum : SerumResult
        What `quantify_plates` made of them: says which test of a sample counts.
    analyte : str
        Such as "il6".
    plan : AnalysisPlan
        Limits of the assay and the number of draws.
    rng : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    RepeatedReadings
        Samples in the order of `serum.samples`.
    """
    samples = serum.samples[serum.samples["analyte"] == analyte].reset_index(drop=True)
    well_cv = _well_cv(samples)
    wells = plates[(plates["analyte"] == analyte) & (plates["role"] == "sample")]
    keys = ["sample_id", "plate_id", "dilution_factor"]
    mean = wells.groupby(keys)["absorbance"].mean().rename("mean").reset_index()
    tests = samples.merge(mean, on=keys, how="left", validate="1:1")
    shape = (plan.n_assay_draws, len(tests))
    error = well_cv / np.sqrt(tests["n_wells"].to_numpy(float))
    read = tests["mean"].to_numpy(float) * (1 + error * rng.standard_normal(shape))
    concentration, below = np.empty(shape), np.empty(shape, dtype=bool)
    lloq = plan.il6_lloq_pg_ml if analyte == "il6" else None
    for plate, members in tests.groupby("plate_id", sort=True):
        on_plate = (plates["plate_id"] == plate) & (plates["analyte"] == analyte)
        curve = calibrate_plate(plates[on_plate], lloq, plan.recovery_limits_percent)
        at = members.index.to_numpy()
        found = _invert_draws(curve, read[:, at], rng)
        dilution = members["dilution_factor"].to_numpy(float)
        below[:, at] = found < curve.lloq
        concentration[:, at] = np.clip(found, curve.lloq, curve.uloq) * dilution
    return RepeatedReadings(
        sample_ids=tuple(tests["sample_id"].astype(str)),
        concentration=concentration,
        below_quantitation=below,
        well_cv=well_cv,
    )


def _well_cv(samples: pd.DataFrame) -> float:
    """Pool the disagreement of unflagged duplicates; flagged ones hold blunders, not error."""
    usual = samples[~samples["flag"].str.contains("duplicate_cv")]
    squares = (usual["cv_percent"].dropna() / 100) ** 2
    return float(np.sqrt(squares.mean())) if len(squares) else 0.0


def _invert_draws(
    curve: StandardCurve, response: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    centre = np.array(curve.parameters)
    root = np.linalg.cholesky(curve.covariance)
    drawn = centre + rng.standard_normal((len(response), len(centre))) @ root.T
    # An inflection below zero is no concentration; so rare a draw keeps the fitted one.
    drawn[:, 2] = np.where(drawn[:, 2] > 0, drawn[:, 2], centre[2])
    return invert(tuple(drawn.T[:, :, None]), response)

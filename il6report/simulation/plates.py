"""What the plate reader saw: every participant's serum on 96-well plates, with its errors."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from il6report.simulation.parameters import AssayModel, StudyModel
from il6report.simulation.streams import stream

ROWS, COLUMN_PAIRS = 8, 6
SATURATION = 4.0
TRUE_COLUMN = {"il6": "true_il6_pg_ml", "sil6r": "true_sil6r_ng_ml"}
COLUMNS = (
    "plate_id", "well", "analyte", "role", "sample_id", "nominal_concentration", "unit",
    "dilution_factor", "absorbance",
)  # fmt: skip


def draw_plates(model: StudyModel, participants: pd.DataFrame) -> pd.DataFrame:
    """Draw the absorbance of every well of every plate: the columns of `elisa_plates.csv`.

    Parameters
    ----------
    model : StudyModel
        The data-generating model.
    participants : DataFrame
        From `draw_participants`, with the true concentrations.

    Returns
    -------
    DataFrame
        One row per well in use, ordered by plate and well.
    """
    plates = [_draw_assay(model, assay, participants) for assay in model.assays]
    return pd.concat(plates, ignore_index=True)[list(COLUMNS)]


def _draw_assay(model: StudyModel, assay: AssayModel, participants: pd.DataFrame) -> pd.DataFrame:
    rng = stream(model.seed, f"plates.{assay.analyte}")
    tests = _tests(model, assay, participants, rng)
    n_plates = int(tests["plate"].max()) + 1
    calibration = _calibration(assay)
    plates = [
        pd.concat([calibration, tests[tests["plate"] == plate]], ignore_index=True)
        for plate in range(n_plates)
    ]
    wells = pd.concat(
        [_in_duplicate(one).assign(plate=plate) for plate, one in enumerate(plates)],
        ignore_index=True,
    )
    wells["absorbance"] = _read(assay, wells, n_plates, rng)
    if assay.analyte == "il6":
        wells["absorbance"] = _with_pipetting_error(model, assay, wells, rng)
    width = max(len(str(n_plates)), 2)
    wells["plate_id"] = [f"{assay.analyte.upper()}-{plate + 1:0{width}d}" for plate in wells.plate]
    wells["analyte"], wells["unit"] = assay.analyte, assay.unit
    return wells.sort_values(["plate_id", "well"], ignore_index=True)


def _tests(
    model: StudyModel, assay: AssayModel, participants: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Spread the sera at random over plates; one above the range comes again, diluted, last."""
    shuffled = participants.iloc[rng.permutation(len(participants))]
    tests = pd.DataFrame(
        {
            "role": "sample",
            "sample_id": shuffled["participant_id"].to_numpy(),
            "concentration": shuffled[TRUE_COLUMN[assay.analyte]].to_numpy(),
            "dilution_factor": assay.dilution,
        }
    )
    above = tests["concentration"] > max(assay.standards) * assay.dilution
    again = tests[above].assign(dilution_factor=assay.dilution * model.reassay_dilution)
    tests = pd.concat([tests[above], tests[~above], again], ignore_index=True)
    room = ROWS * COLUMN_PAIRS - len(_calibration(assay))
    n_plates = math.ceil(len(tests) / room)
    tests["plate"] = np.arange(len(tests)) * n_plates // len(tests)
    return tests


def _calibration(assay: AssayModel) -> pd.DataFrame:
    blank = pd.DataFrame({"role": ["blank"], "concentration": [0.0], "dilution_factor": [1.0]})
    standards = pd.DataFrame(
        {"role": "standard", "concentration": assay.standards, "dilution_factor": 1.0}
    ).assign(nominal_concentration=assay.standards)
    controls = pd.DataFrame(
        {
            "role": "control",
            "sample_id": list(assay.controls),
            "concentration": list(assay.controls.values()),
            "dilution_factor": assay.dilution,
        }
    ).assign(nominal_concentration=list(assay.controls.values()))
    return pd.concat([standards, blank, controls], ignore_index=True)


def _in_duplicate(tests: pd.DataFrame) -> pd.DataFrame:
    """Put each test into two neighbouring wells, down the rows and then to the right."""
    doubled = tests.loc[tests.index.repeat(2)].reset_index(drop=True)
    place, second = np.divmod(np.arange(len(doubled)), 2)
    pair, row = np.divmod(place, ROWS)
    doubled["well"] = [
        f"{'ABCDEFGH'[r]}{column:02d}" for r, column in zip(row, 2 * pair + second + 1, strict=True)
    ]
    return doubled


def _read(
    assay: AssayModel, wells: pd.DataFrame, n_plates: int, rng: np.random.Generator
) -> np.ndarray:
    drift = 1 + assay.plate_cv * rng.standard_normal((3, n_plates))
    plate = wells["plate"].to_numpy()
    lower, upper, inflection = (
        value * drift[row, plate]
        for row, value in enumerate((assay.lower, assay.upper, assay.inflection))
    )
    in_well = wells["concentration"].to_numpy() / wells["dilution_factor"].to_numpy()
    bound = in_well**assay.slope
    signal = (upper - lower) * bound / (bound + inflection**assay.slope)
    error = np.hypot(assay.signal_cv * signal, assay.reading_sd) * rng.standard_normal(len(wells))
    return np.round(np.clip(lower + signal + error, 0.0, SATURATION), 3)


def _with_pipetting_error(
    model: StudyModel, assay: AssayModel, wells: pd.DataFrame, rng: np.random.Generator
) -> pd.Series:
    """Spoil one well of one sample whose IL-6 is well inside the range, if there is one."""
    low, high = assay.standards[2], assay.standards[-2]
    inside = (wells["role"] == "sample") & wells["concentration"].between(low, high)
    candidates = wells.index[inside & (wells["dilution_factor"] == assay.dilution)]
    if candidates.empty:
        return wells["absorbance"]
    spoilt = rng.choice(candidates)
    absorbance = wells["absorbance"].copy()
    absorbance[spoilt] = np.round(absorbance[spoilt] * model.pipetting_error, 3)
    return absorbance

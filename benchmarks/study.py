"""How long one whole study takes, its parts, and one of many repeated studies.

    python -m benchmarks.study [DATA]

Wall seconds of one machine at one moment. lifelines fits the model of the multiverse in the same
run; its coefficients agree to 6 digits, which `tests/methods/test_brief_fits.py` shows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from lifelines import CoxPHFitter

from benchmarks.registry import patients
from benchmarks.timing import seconds
from il6report.analyses.sensitivity import examine_sensitivity
from il6report.analyses.survival import compare_survival
from il6report.assays.elisa import quantify_serum
from il6report.cohort.derivation import build_cohort
from il6report.methods.brief_fits import log_hazard
from il6report.methods.cutpoint import select_cutpoint
from il6report.plan import DEFAULT_PLAN
from il6report.simulation.parameters import StudyModel
from il6report.simulation.replicate import REPEATED_PLAN, analyse_studies
from il6report.source import read_study
from il6report.study import run_study

ROOT = Path(__file__).parents[1]
PATIENTS = 40
FITS = 50
STUDIES = 4


def brief(data: pd.DataFrame) -> Callable[[], object]:
    """Fit as the multiverse does: arrays in, one coefficient out."""
    time_, event = data["years"].to_numpy(float), data["died"].to_numpy() == 1
    predictors = data[["log2_il6", "age"]].to_numpy(float)
    return lambda: log_hazard(time_, event, predictors)


def lifelines_fit(data: pd.DataFrame) -> Callable[[], object]:
    columns = data[["years", "died", "log2_il6", "age"]]
    return lambda: CoxPHFitter().fit(columns, "years", "died")


def show(what: str, value: float, target: str = "") -> None:
    print(f"{what:<52}{value:9.4f} s   {target}")


def main(data: Path = ROOT / "data") -> None:
    show("run_study, everything", seconds(lambda: run_study(data), 1), "under 20 s on 2 cores")
    raw = read_study(data)
    serum = quantify_serum(raw.elisa_plates, DEFAULT_PLAN)
    cohort = build_cohort(raw, serum, DEFAULT_PLAN)
    survival = compare_survival(cohort, DEFAULT_PLAN)
    show("  of which survival", seconds(lambda: compare_survival(cohort, DEFAULT_PLAN), 1))
    plates = raw.elisa_plates
    show(
        "  of which multiverse and other sensitivity",
        seconds(lambda: examine_sensitivity(cohort, serum, plates, survival, DEFAULT_PLAN), 1),
    )
    few = patients(PATIENTS)
    show("Cox, 40 patients, 2 covariates, in the multiverse", seconds(brief(few), FITS),
         "under 0.003 s")  # fmt: skip
    show("  the same by lifelines", seconds(lifelines_fit(few), FITS))
    show(
        "cut-point panel, 2,000 resamples",
        seconds(lambda: select_cutpoint(few, "log2_il6", "years", "died", seed=1,
                                        n_bootstrap=2000), 3),
        "under 5 s",
    )  # fmt: skip
    started = time.process_time()
    analyse_studies(StudyModel(), range(STUDIES), REPEATED_PLAN)
    show("one repeated study, CPU", (time.process_time() - started) / STUDIES)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

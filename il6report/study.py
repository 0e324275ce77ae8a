"""The whole study on one page: read it from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from il6report.analyses.acute_phase import AcutePhaseResult, correlate_acute_phase
from il6report.analyses.baseline import BaselineResult, describe_baseline
from il6report.analyses.cell_culture import read_cell_culture
from il6report.analyses.circulating_il6 import CirculatingIl6Result, compare_circulating_il6
from il6report.analyses.fibroblasts import FibroblastsResult, compare_fibroblasts
from il6report.analyses.operating_characteristics import (
    OperatingCharacteristicsResult,
    describe_operating_characteristics,
)
from il6report.analyses.sensitivity import SensitivityResult, examine_sensitivity
from il6report.analyses.signalling import SignallingResult, compare_signalling
from il6report.analyses.skin_biopsies import SkinBiopsiesResult, compare_skin_biopsies
from il6report.analyses.skin_score import SkinScoreResult, compare_skin_scores
from il6report.analyses.survival import SurvivalResult, compare_survival
from il6report.assays.elisa import quantify_serum
from il6report.assays.immunohistochemistry import score_biopsies
from il6report.claims import CLAIMS
from il6report.claims.wording import say
from il6report.cohort.derivation import build_cohort
from il6report.ledger import Ledger, build_ledger
from il6report.notation import Part
from il6report.plan import DEFAULT_PLAN, AnalysisPlan
from il6report.source import StudyDescription, as_folder, read_repeated_studies, read_study


@dataclass(frozen=True, kw_only=True, eq=False)
class StudyResults:
    """Every result of the study, and the two ways in which the report quotes them.

    Parameters
    ----------
    description : StudyDescription
        What the data are.
    plan : AnalysisPlan
        What was decided beforehand.
    baseline, circulating_il6, acute_phase, skin_biopsies, fibroblasts, signalling, skin_score,
    survival, sensitivity, operating_characteristics
        One result a question.
    """

    description: StudyDescription
    plan: AnalysisPlan
    baseline: BaselineResult
    circulating_il6: CirculatingIl6Result
    acute_phase: AcutePhaseResult
    skin_biopsies: SkinBiopsiesResult
    fibroblasts: FibroblastsResult
    signalling: SignallingResult
    skin_score: SkinScoreResult
    survival: SurvivalResult
    sensitivity: SensitivityResult
    operating_characteristics: OperatingCharacteristicsResult

    @cached_property
    def ledger(self) -> Ledger:
        """Every statistic under its identifier."""
        return build_ledger(
            {
                "baseline": self.baseline,
                "circulating_il6": self.circulating_il6,
                "acute_phase": self.acute_phase,
                "skin_biopsies": self.skin_biopsies,
                "fibroblasts": self.fibroblasts,
                "signalling": self.signalling,
                "skin_score": self.skin_score,
                "survival": self.survival,
                "sensitivity": self.sensitivity,
                "operating_characteristics": self.operating_characteristics,
            },
            self.plan,
            self.description.label,
        )

    def number(self, statistic_id: str, part: Part = "full") -> str:
        """Print a statistic of the ledger, or a part of it."""
        return self.ledger.number(statistic_id, part)

    def say(self, claim_id: str) -> str:
        """Print the wording of a claim that the results make true."""
        return say(claim_id, self.ledger, CLAIMS)


def run_study(data: Path | str, plan: AnalysisPlan = DEFAULT_PLAN) -> StudyResults:
    """Run the whole analysis, from the files of a study to its results.

    Parameters
    ----------
    data : Path or str
        Folder of the study: `study.yml`, `codebook.csv` and `raw/`.
    plan : AnalysisPlan
        Every choice of the analysis.

    Returns
    -------
    StudyResults
        One result a question; `.ledger` holds every statistic.

    Raises
    ------
    DataError, AssayError, CohortError
        All problems of a stage at once, with file, row and column.
    """
    folder = as_folder(data)
    raw = read_study(folder)
    serum = quantify_serum(raw.elisa_plates, plan)
    cohort = build_cohort(raw, serum, plan)
    biopsies = score_biopsies(raw.biopsies)
    culture = read_cell_culture(raw.immunoblots, raw.qpcr)
    label = raw.description.label
    survival = compare_survival(cohort, plan)
    return StudyResults(
        description=raw.description,
        plan=plan,
        baseline=describe_baseline(cohort, plan),
        circulating_il6=compare_circulating_il6(cohort, serum, plan),
        acute_phase=correlate_acute_phase(cohort, plan),
        skin_biopsies=compare_skin_biopsies(biopsies, plan, data_label=label),
        fibroblasts=compare_fibroblasts(culture, plan, data_label=label),
        signalling=compare_signalling(culture, plan, data_label=label),
        skin_score=compare_skin_scores(cohort, plan),
        survival=survival,
        sensitivity=examine_sensitivity(cohort, serum, raw.elisa_plates, survival, plan),
        operating_characteristics=describe_operating_characteristics(
            read_repeated_studies(folder), plan
        ),
    )

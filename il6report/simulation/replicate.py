"""One study after another: drawn, taken the whole way of the report, and what its tests said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from il6report.analyses.acute_phase import correlate_acute_phase
from il6report.analyses.cell_culture import read_cell_culture
from il6report.analyses.circulating_il6 import compare_circulating_il6
from il6report.analyses.fibroblasts import compare_fibroblasts
from il6report.analyses.headlines import HEADLINES
from il6report.analyses.signalling import compare_signalling
from il6report.analyses.skin_biopsies import compare_skin_biopsies
from il6report.analyses.skin_score import compare_skin_scores
from il6report.analyses.survival import compare_survival
from il6report.assays.elisa import quantify_serum
from il6report.assays.immunohistochemistry import score_biopsies
from il6report.cohort.derivation import build_cohort
from il6report.errors import Il6ReportError
from il6report.estimates import HypothesisTest
from il6report.ledger import Ledger, QuestionResult, build_ledger
from il6report.plan import DEFAULT_PLAN, AnalysisPlan
from il6report.simulation.parameters import StudyModel
from il6report.simulation.streams import stream
from il6report.simulation.study import study_in_memory
from il6report.source import StudyData

LABORATORY_EVERY = 4
"""Without effects one study in so many has a laboratory: it costs twice what all others do."""

REPEATED_PLAN: AnalysisPlan = replace(
    DEFAULT_PLAN, cut_permutations=999, cut_resamples=2, concordance_resamples=2
)
"""The plan with fewer permutations, and without the resamples behind which no claim stands."""

COLUMNS = (
    "study", "id", "measure", "estimate", "conf_low", "conf_high", "p_value", "p_adjusted",
)  # fmt: skip
"""What is kept of every tested statistic and every headline claim."""

STOPPED = "stopped"
"""The `id` of the one row of a study whose analysis ended with an error."""


def study_model(model: StudyModel, number: int) -> StudyModel:
    """Give a study its own seed, which depends on its number and on the seed of all studies only.

    Examples
    --------
    >>> study_model(StudyModel(), 7).seed == study_model(StudyModel(), 7).seed
    True
    """
    return replace(model, seed=int(stream(model.seed, f"study {number}").integers(2**63)))


def analyse_studies(model: StudyModel, numbers: range, plan: AnalysisPlan) -> pd.DataFrame:
    """Draw and analyse studies, and keep the headline claims and every statistic with a test.

    Parameters
    ----------
    model : StudyModel
        The data-generating model; its seed is that of all studies.
    numbers : range
        Which studies.
    plan : AnalysisPlan
        The analysis.

    Returns
    -------
    DataFrame
        One row per study and statistic: `COLUMNS`.
    """
    rows = [row for number in numbers for row in _rows(study_model(model, number), number, plan)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def analyse_study(raw: StudyData, plan: AnalysisPlan) -> Ledger:
    """Answer the questions whose tests the plan declares, for one study.

    Those on the laboratory are left out where the study has none.
    """
    serum = quantify_serum(raw.elisa_plates, plan)
    cohort = build_cohort(raw, serum, plan)
    questions: dict[str, QuestionResult] = {
        "circulating_il6": compare_circulating_il6(cohort, serum, plan),
        "acute_phase": correlate_acute_phase(cohort, plan),
        "skin_score": compare_skin_scores(cohort, plan),
        "survival": compare_survival(cohort, plan),
    }
    if len(raw.immunoblots):
        label = raw.description.label
        culture = read_cell_culture(raw.immunoblots, raw.qpcr)
        biopsies = score_biopsies(raw.biopsies)
        questions |= {
            "skin_biopsies": compare_skin_biopsies(biopsies, plan, data_label=label),
            "fibroblasts": compare_fibroblasts(culture, plan, data_label=label),
            "signalling": compare_signalling(culture, plan, data_label=label),
        }
    return build_ledger(questions, plan)


def _rows(model: StudyModel, number: int, plan: AnalysisPlan) -> Iterator[dict[str, object]]:
    has_laboratory = model.effect_scale == 0 and number % LABORATORY_EVERY == 0
    raw = study_in_memory(model, laboratory=has_laboratory)
    try:
        ledger = analyse_study(raw, plan)
    except Il6ReportError:
        yield {"study": number, "id": STOPPED}
        return
    for key, statistic in ledger.rows.items():
        if key in HEADLINES or isinstance(statistic.test, HypothesisTest):
            row = statistic.to_row()
            yield {"study": number, "id": key, **{name: row[name] for name in COLUMNS[2:]}}

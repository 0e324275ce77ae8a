import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.analyses.sensitivity import HEADLINES, SensitivityResult, examine_sensitivity
from il6report.analyses.survival import compare_survival
from il6report.assays.elisa import quantify_serum
from il6report.assays.repeated_reading import read_again
from il6report.claims import CLAIMS
from il6report.claims.wording import say
from il6report.cohort.derivation import build_cohort
from il6report.estimates import Estimate, NotEstimable
from il6report.figures import missing_figure, specification_curve_figure
from il6report.ledger import build_ledger
from il6report.plan import DEFAULT_PLAN
from il6report.source import read_study
from il6report.study import StudyResults
from il6report.tables import decisions_table, multiverse_table, robustness_table

DATA = Path(__file__).parents[2] / "data"
MAIN = {
    "ratio": "circulating_il6.ratio.il6.dcssc_high",
    "correlation": "acute_phase.correlation.crp_mg_l",
    "hazard": "survival.cox.il6_high",
}


@pytest.mark.parametrize("name", HEADLINES)
def test_the_first_specification_is_the_main_analysis(name: str, study: StudyResults) -> None:
    main, first = study.ledger[MAIN[name]].estimate, study.sensitivity.multiverses[name].one()
    assert isinstance(main, Estimate)
    assert isinstance(first.estimate, Estimate)
    assert first.estimate.value == pytest.approx(main.value, rel=1e-8)


@pytest.mark.parametrize("name", HEADLINES)
def test_every_combination_is_there_once(name: str, study: StudyResults) -> None:
    multiverse = study.sensitivity.multiverses[name]
    choices = multiverse.specifications[[one.name for one in multiverse.decisions]]
    assert len(choices) == np.prod([len(one.options) for one in multiverse.decisions])
    assert len(choices) >= 200
    assert not choices.duplicated().any()


@pytest.mark.parametrize("name", HEADLINES)
def test_shares_are_those_of_the_specifications(name: str, study: StudyResults) -> None:
    found = study.sensitivity.multiverses[name].estimated
    null = 0.0 if name == "correlation" else 1.0
    rows = study.sensitivity.statistics
    same, clear = (rows[f"multiverse.{name}.{key}"] for key in ("same_direction", "excludes_null"))
    assert same.n_events == (found["estimate"] > null).sum()
    assert clear.n_events == (found["conf_low"] > null).sum()
    shares = [
        row.estimate.value
        for key, row in rows.items()
        if key.startswith(f"multiverse.{name}.share.") and isinstance(row.estimate, Estimate)
    ]
    assert all(share >= 0 for share in shares)
    assert sum(shares) <= 100 + 1e-9


def test_the_share_of_a_balanced_decision_is_that_of_its_means(study: StudyResults) -> None:
    found = study.sensitivity.multiverses["correlation"].estimated
    z = np.arctanh(found["estimate"])
    means = z.groupby(found["missing"]).transform("mean")
    expected = 100 * ((means - z.mean()) ** 2).sum() / ((z - z.mean()) ** 2).sum()
    share = study.sensitivity.statistics["multiverse.correlation.share.missing"].estimate
    assert isinstance(share, Estimate)
    assert share.value == pytest.approx(expected, rel=1e-9)


def test_imputation_uses_everybody_and_no_more(study: StudyResults) -> None:
    rows = study.sensitivity.statistics
    lost = rows["missing.n.crp_mg_l"].n_events
    complete, imputed = (rows[f"missing.correlation.{one}"] for one in ("complete", "imputed"))
    assert imputed.n == study.ledger["baseline.n.ssc"].n
    assert complete.n == imputed.n - lost


def test_nothing_of_a_person_is_in_the_result(study: StudyResults) -> None:
    result = study.sensitivity
    assert "participant_id" not in result.patterns
    assert result.patterns.groupby("pattern")["n"].first().sum() == study.ledger["baseline.n.ssc"].n
    for multiverse in result.multiverses.values():
        assert "participant_id" not in multiverse.specifications


def test_reading_again_without_error_gives_the_same_concentrations() -> None:
    raw = read_study(DATA)
    serum = quantify_serum(raw.elisa_plates, DEFAULT_PLAN)
    exact = dataclasses.replace(serum, samples=serum.samples.assign(cv_percent=0.0))
    il6 = serum.samples[serum.samples["analyte"] == "il6"]
    plan = dataclasses.replace(DEFAULT_PLAN, n_assay_draws=400)
    readings = read_again(raw.elisa_plates, exact, "il6", plan, rng=np.random.default_rng(1))
    assert readings.well_cv == 0
    assert readings.sample_ids == tuple(il6["sample_id"])
    inside = ~il6["below_quantitation"].to_numpy()
    centre = np.median(readings.concentration, axis=0)[inside]
    assert centre == pytest.approx(il6["concentration"].to_numpy()[inside], rel=0.02)


def _changed(change: Callable[[pd.DataFrame], pd.DataFrame]) -> SensitivityResult:
    raw = read_study(DATA)
    plan = dataclasses.replace(DEFAULT_PLAN, n_imputations=2, n_assay_draws=5)
    serum = quantify_serum(raw.elisa_plates, plan)
    cohort = build_cohort(raw, serum, plan)
    cohort = dataclasses.replace(cohort, participants=change(cohort.participants))
    survival = compare_survival(cohort, plan)
    return examine_sensitivity(cohort, serum, raw.elisa_plates, survival, plan)


BAD_INPUT: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "nobody died": lambda people: people.assign(
        death_observed=people["death_observed"].where(people["death_observed"].isna(), 0.0)
    ),
    "nobody is high": lambda people: people.assign(
        il6_high=pd.array([False] * len(people), dtype="boolean")
    ),
    "no CRP but five": lambda people: people.assign(
        **{
            name: people[name].where(people[name].notna().cumsum() <= 5)
            for name in ("crp_mg_l", "log2_crp")
        }
    ),
    "nothing missing": lambda people: people.assign(
        **{
            name: people[name].fillna(people[name].median())
            for name in ("crp_mg_l", "log2_crp", "esr_mm_h", "mrss_peak")
        }
    ),
}


@pytest.mark.parametrize("bad", BAD_INPUT)
def test_bad_input_is_told_and_never_raises(bad: str, study: StudyResults) -> None:
    result = _changed(BAD_INPUT[bad])
    others = {
        name: getattr(study, name)
        for name in ("baseline", "circulating_il6", "acute_phase", "survival")
    }
    ledger = build_ledger({"sensitivity": result, **others}, DEFAULT_PLAN, "Simulated data")
    for claim_id in CLAIMS:
        if claim_id.startswith("sensitivity."):
            assert say(claim_id, ledger, CLAIMS)
    for table in (multiverse_table, decisions_table, robustness_table):
        assert "nan" not in table(result).as_raw_html()
    missing_figure(result).draw()
    for name in HEADLINES:
        specification_curve_figure(result, name).draw()


def test_without_deaths_the_hazard_has_a_reason() -> None:
    result = _changed(BAD_INPUT["nobody died"])
    for key in ("e_value.estimate", "detectable.hazard_ratio", "assay.hazard_ratio"):
        found = result.statistics[key].estimate
        assert isinstance(found, NotEstimable)
        assert "nobody had the event" in found.reason

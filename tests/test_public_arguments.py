"""Every argument of every public function refuses what it is not, in the project's own words.

A column given in place of its name is the commonest slip: its values must not be in the message.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable

import pandas as pd
import pytest

import il6report as r
from il6report.errors import Il6ReportError
from il6report.estimates import Estimate, HypothesisTest, Statistic
from tests.public_calls import DATA, cohort, wells

RATIO = Estimate(
    measure="hazard_ratio", value=0.56, conf_low=0.46, conf_high=0.69, method="Cox model"
)
RAW = r.read_study(DATA)
FOLLOW_UP = {"data": cohort(48), "time": "years", "event": "died"}
SPECIMENS = {"data": cohort(48), "outcome": "y"}
# The arguments that have no default, on data that suit them; the others are taken as they are.
REQUIRED: dict[str, dict[str, object]] = {
    "accelerated_failure_time": {**FOLLOW_UP, "predictors": ["z", "arm"]},
    "adjust_p_values": {"p_values": [0.01, 0.02]},
    "adjust_tests": {"tests": [HypothesisTest(statistic=1.0, p_value=0.3, method="z")]},
    "agreement": {"ratings": cohort(48)[["high", "died"]]},
    "bland_altman": {"data": cohort(48), "first": "y", "second": "limited"},
    "block_means": {**SPECIMENS, "condition": "kind", "block": "block"},
    "blocked_contrasts": {**SPECIMENS, "condition": "kind", "block": "block", "reference": "p"},
    "compare_groups": {**SPECIMENS, "group": "kind"},
    "compare_paired": {**SPECIMENS, "condition": "arm", "pair": "pair"},
    "compare_proportions": {"data": cohort(48), "outcome": "died", "group": "arm"},
    "compare_to_value": {**SPECIMENS, "value": 1.0},
    "compare_two_groups": {**SPECIMENS, "group": "arm"},
    "correlate": {"data": cohort(48), "x": "y", "y": "z"},
    "cox": {**FOLLOW_UP, "predictors": ["z", "arm"]},
    "cumulative_incidence": {"data": cohort(48), "time": "years", "event": "cause"},
    "describe": {"data": cohort(48), "variables": ["y", "kind"]},
    "dilution_linearity": {
        "data": cohort(48), "concentration": "read", "dilution_factor": "dilution",
        "sample": "sample",
    },
    "dose_response": {"data": cohort(48), "dose": "dose", "response": "effect"},
    "e_value": {"hazard_ratio": RATIO},
    "estimate_proportion": {"count": 3, "total": 10},
    "fit_censored_lognormal": {"data": cohort(48), "value": "limited", "below_limit": "below"},
    "fit_parallel_curves": {
        "data": wells().query("pg_ml > 0"), "concentration": "pg_ml", "response": "od",
        "preparation": "what", "reference": "standard",
    },
    "fit_standard_curve": {"standards": wells(), "concentration": "pg_ml", "response": "od"},
    "kaplan_meier": FOLLOW_UP,
    "landmark": {**FOLLOW_UP, "at": 1.0},
    "logrank": {**FOLLOW_UP, "group": "arm"},
    "minimal_detectable_hazard_ratio": {"n_events": 17, "share": 0.5},
    "mixed_model": {"data": cohort(48), "formula": "y ~ x", "groups": "sample"},
    "normalise_bands": {
        "bands": RAW.immunoblots, "target": "target", "loading_control": "GAPDH",
        "experiment": ["donor_id", "experiment_id"], "condition": ["condition", "time_min"],
    },
    "quantify_plates": {"plates": RAW.elisa_plates},
    "ratio_of_means": {"data": cohort(48), "numerator": "y", "denominator": "z"},
    "regression_on_order": {"data": cohort(48), "value": "limited", "below_limit": "below"},
    "relative_expression": {
        "cq": RAW.qpcr, "target": "FN1", "reference_genes": ["GAPDH", "TBP"],
        "condition": "condition", "calibrator": "untreated", "unit": "donor_id",
    },
    "restricted_mean_survival": {**FOLLOW_UP, "group": "arm", "tau": 4.0},
    "roc": {"data": cohort(48), "marker": "z", "event": "died"},
    "score_biopsies": {"biopsies": RAW.biopsies},
    "select_cutpoint": {**FOLLOW_UP, "marker": "z", "seed": 1},
    "spline_hazard": {**FOLLOW_UP, "marker": "z"},
    "statistics_frame": {"statistics": [Statistic(term="il6_high", estimate=RATIO)]},
    "time_dependent_roc": {**FOLLOW_UP, "marker": "z", "times": [3.0, 6.0]},
    "validate_concordance": {**FOLLOW_UP, "predictors": ["z"], "seed": 1},
}  # fmt: skip
# These read a study, which is tested with its files.
ELSEWHERE = {"build_cohort", "read_study", "run_study"}
SECRETS = pd.Series(["secret", "secret too"])
WRONG = {"column": SECRETS, "object": object(), "bytes": b"bytes", "nan": math.nan, "none": None}
# None stands for an argument that is left out, and what is no test passes through unadjusted.
CASES = [
    (name, parameter.name, kind)
    for name in REQUIRED
    for parameter in inspect.signature(getattr(r, name)).parameters.values()
    for kind in WRONG
    if not (kind == "none" and parameter.default is None)
    and (name, parameter.name, kind) != ("adjust_tests", "tests", "column")
]


def test_no_public_function_is_left_out() -> None:
    functions = {name for name in r.__all__ if inspect.isfunction(getattr(r, name))}
    assert REQUIRED.keys() | ELSEWHERE == functions


@pytest.mark.parametrize(("name", "argument", "kind"), CASES)
def test_what_an_argument_is_not_is_refused_without_telling_values(
    name: str, argument: str, kind: str
) -> None:
    with pytest.raises(Il6ReportError) as caught:
        getattr(r, name)(**{**REQUIRED[name], argument: WRONG[kind]})
    told = str(caught.value)
    assert "expected" in told
    assert "secret" not in told


@pytest.mark.parametrize("kind", [tuple, pd.Index])
def test_columns_may_be_named_in_any_list(kind: type) -> None:
    frames = (
        r.cox(cohort(48), "years", "died", predictors).to_frame()
        for predictors in (["z", "arm"], pd.Index(["z", "arm"]).to_numpy(), kind(["z", "arm"]))
    )
    first, *others = frames
    for other in others:
        pd.testing.assert_frame_equal(first, other)


def test_a_set_of_columns_is_refused_because_it_has_no_order() -> None:
    with pytest.raises(Il6ReportError, match=r"cox\(predictors\).* found something of type set"):
        r.cox(cohort(48), "years", "died", {"z", "arm"})  # type: ignore[arg-type]


def results() -> list[tuple[str, Callable[[object], object]]]:
    """List the methods of results that take an argument."""
    curves = r.kaplan_meier(**FOLLOW_UP)
    risks = r.cumulative_incidence(**REQUIRED["cumulative_incidence"])
    standard = r.fit_standard_curve(**REQUIRED["fit_standard_curve"])
    effects = r.mixed_model(**REQUIRED["mixed_model"]).effects
    return [
        ("at", curves.at),
        ("at_risk", curves.at_risk),
        ("milestone", curves.milestone),
        ("milestone group", lambda group: curves.milestone(5, group=group)),
        ("incidence at", risks.at),
        ("incidence", lambda time: risks.incidence(time, "1")),
        ("incidence cause", lambda cause: risks.incidence(5, cause)),
        ("back_calculate", standard.back_calculate),
        ("respond", standard.respond),
        ("to_frame", lambda level: standard.to_frame(conf_level=level)),
        ("combine", lambda weights: effects.combine(weights, term="sum")),
        ("combine a weight", lambda weight: effects.combine({"x": weight}, term="sum")),
        ("read_study", r.read_study),
        ("run_study", r.run_study),
    ]


@pytest.mark.parametrize("kind", ["column", "object", "bytes"])
@pytest.mark.parametrize(("name", "method"), results(), ids=[name for name, _ in results()])
def test_what_an_argument_of_a_result_is_not_is_refused(
    name: str, method: Callable[[object], object], kind: str
) -> None:
    with pytest.raises(Il6ReportError, match="expected") as caught:
        method(WRONG[kind])
    assert "secret" not in str(caught.value), name


def test_one_reading_is_read_off_as_a_list_of_one() -> None:
    standard = r.fit_standard_curve(**REQUIRED["fit_standard_curve"])
    pd.testing.assert_frame_equal(standard.back_calculate(1.5), standard.back_calculate([1.5]))


def test_a_study_may_be_named_as_text() -> None:
    assert r.read_study(str(DATA)).description == RAW.description

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.estimates import HypothesisTest, NotEstimable
from il6report.methods.failure_time import Distribution, accelerated_failure_time
from il6report.methods.log_scale import TOO_EXTREME

REFERENCE = Path(__file__).parents[1] / "reference"
WANTED = pd.read_csv(REFERENCE / "survival_aft.csv")
MODELS = {"lung": ("death", ["age", "sex"]), "veteran": ("status", ["celltype", "karno"])}
LEVELS = ["squamous", "smallcell", "adeno", "large"]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("distribution", ["weibull", "log_normal", "log_logistic"])
def test_time_ratios_agree_with_r(name: str, distribution: Distribution) -> None:
    frame = pd.read_csv(REFERENCE / f"survival_{name}.csv")
    if name == "veteran":
        frame["celltype"] = pd.Categorical(frame["celltype"], categories=LEVELS)
    event, predictors = MODELS[name]
    model = accelerated_failure_time(frame, "time", event, predictors, distribution=distribution)
    in_r = distribution.replace("_", "")
    wanted = WANTED[(WANTED["data"] == name) & (WANTED["distribution"] == in_r)]
    found = model.to_frame()
    np.testing.assert_allclose(np.log(found["estimate"]), wanted["log_ratio"], rtol=1e-6)
    np.testing.assert_allclose(found["std_error"], wanted["std_error"], rtol=1e-6)
    np.testing.assert_allclose(found["statistic"], wanted["statistic"], rtol=1e-6)
    np.testing.assert_allclose(found["p_value"], wanted["p_value"], rtol=1e-5)
    assert isinstance(model.likelihood_ratio, HypothesisTest)
    assert model.likelihood_ratio.statistic == pytest.approx(wanted["lr"].iloc[0], rel=1e-6)


SMALL = pd.DataFrame(
    {"years": [1.0, 2, 3, 4, 5, 6, 7, 8], "died": [1, 1, 0, 1, 0, 1, 0, 0], "high": [1, 0] * 4}
)


def test_what_has_no_estimate_has_a_reason() -> None:
    nobody = accelerated_failure_time(SMALL.assign(died=0), "years", "died", ["high"])
    assert nobody.terms["high"].estimate == NotEstimable(
        reason="nobody had the event", measure="time_ratio"
    )
    one_side = SMALL.assign(died=SMALL["high"])
    separated = accelerated_failure_time(one_side, "years", "died", ["high"])
    assert isinstance(separated.terms["high"].estimate, NotEstimable)
    assert isinstance(separated.likelihood_ratio, NotEstimable)


def test_bad_options_are_named() -> None:
    with pytest.raises(AnalysisError, match="'weibull', 'log_normal', 'log_logistic'"):
        accelerated_failure_time(SMALL, "years", "died", ["high"], distribution="normal")  # type: ignore[arg-type]
    with pytest.raises(AnalysisError, match="at least two values"):
        accelerated_failure_time(SMALL.assign(high=1), "years", "died", ["high"])


def test_a_predictor_in_too_large_a_unit_is_told() -> None:
    people = pd.DataFrame({"years": [1.0, 2, 3, 4, 5, 7], "died": 1, "kg": [3e-9, 1e-9] * 3})
    term = accelerated_failure_time(people, "years", "died", ["kg"]).terms["kg"]
    assert term.estimate == NotEstimable(reason=TOO_EXTREME, measure="time_ratio")

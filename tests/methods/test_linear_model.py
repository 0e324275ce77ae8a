from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.linear_model import linear_model

REFERENCE = Path(__file__).parents[1] / "reference"
WANTED = pd.read_csv(REFERENCE / "outcomes.csv")

# case: data, outcome, predictors, R's name of each coefficient
MODELS = {
    "airquality": ("Ozone", ["Wind", "Temp"], {"Wind": "Wind", "Temp": "Temp"}),
    "plantgrowth": (
        "weight",
        ["group"],
        {"group=trt1": "grouptrt1", "group=trt2": "grouptrt2"},
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_coefficients_agree_with_lm(name: str) -> None:
    outcome, predictors, names = MODELS[name]
    data = pd.read_csv(REFERENCE / "data" / f"{name}.csv")
    model = linear_model(data, outcome, predictors)
    found = model.to_frame().assign(key=list(model.terms)).set_index("key")
    assert set(found.index) == set(names)
    for key, in_r in names.items():
        wanted = WANTED[WANTED["case"] == f"{name} {in_r}"]
        assert len(wanted) == 7
        for column, value in zip(wanted["column"], wanted["value"], strict=True):
            assert found.loc[key, column] == pytest.approx(value, rel=1e-9), (key, column)


SCORES = pd.DataFrame(
    {"after": [3.0, 5, 4, 8, 9, 7], "before": [1.0, 2, 3, 4, 5, 6], "group": list("aaabbb")}
)


def test_rows_with_something_missing_are_left_out_and_counted() -> None:
    data = SCORES.assign(before=[1.0, 2, 3, np.nan, 5, 6])
    found = linear_model(data, "after", ["before", "group"])
    assert (found.n, found.n_missing) == (5, 1)
    assert np.isnan(data["before"]).sum() == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (SCORES.assign(group="a"), "group: it has the same value in everybody"),
        (SCORES.assign(before=[0.0, 0, 0, 1, 1, 1]), "before: the other predictors determine it"),
        (SCORES.iloc[[0, 1, 3]], "3 complete rows are too few for 3 coefficients"),
    ],
)
def test_a_model_without_an_estimate_says_why(data: pd.DataFrame, reason: str) -> None:
    found = linear_model(data, "after", ["before", "group"])
    assert {one.estimate for one in found.terms.values()} == {
        NotEstimable(reason=reason, measure="regression_coefficient")
    }


def test_scale_of_a_predictor_only_scales_its_coefficient() -> None:
    small = linear_model(SCORES, "after", ["before"]).terms["before"].estimate
    large = linear_model(SCORES.assign(before=SCORES["before"] * 1e6), "after", ["before"])
    scaled = large.terms["before"].estimate
    assert isinstance(small, Estimate)
    assert isinstance(scaled, Estimate)
    assert scaled.value * 1e6 == pytest.approx(small.value, rel=1e-12)


def test_an_outcome_that_nobody_has_is_refused() -> None:
    with pytest.raises(AnalysisError, match="a row in which everything is there"):
        linear_model(SCORES.assign(after=np.nan), "after", ["before"])

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from il6report.errors import AnalysisError
from il6report.estimates import NotEstimable
from il6report.methods.limits_of_agreement import bland_altman

pairs = st.lists(
    st.tuples(st.floats(1, 100), st.floats(1, 100)), min_size=4, max_size=25, unique=True
).map(lambda rows: pd.DataFrame(rows, columns=["one", "two"]))


@given(pairs)
def test_turning_the_meters_round_turns_bias_and_limits(frame: pd.DataFrame) -> None:
    found, turned = (
        bland_altman(frame, *names).to_frame().set_index("term")
        for names in (("one", "two"), ("two", "one"))
    )
    for here, there in (("bias", "bias"), ("lower limit", "upper limit")):
        for side, other in (("estimate", "estimate"), ("conf_low", "conf_high")):
            assert found.loc[here, side] == pytest.approx(-turned.loc[there, other], abs=1e-8)
    assert (found["conf_low"] <= found["estimate"]).all()
    assert (found["estimate"] <= found["conf_high"]).all()


def test_an_interval_of_a_limit_reaches_further_out_than_in() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"one": rng.normal(size=8), "two": rng.normal(size=8)})
    upper = bland_altman(frame, "one", "two").to_frame().set_index("term").loc["upper limit"]
    assert upper["conf_high"] - upper["estimate"] > upper["estimate"] - upper["conf_low"]


def test_the_same_readings_twice_have_no_spread() -> None:
    frame = pd.DataFrame({"one": [1.0, 2, 3], "two": [1.0, 2, 3]})
    assert bland_altman(frame, "one", "two").upper.estimate == NotEstimable(
        reason="the differences do not vary", measure="limit_of_agreement"
    )


def test_too_few_pairs_are_refused_and_incomplete_ones_counted() -> None:
    frame = pd.DataFrame({"one": [1.0, 2, 3, 5], "two": [1.5, 2, None, 4]})
    assert bland_altman(frame, "one", "two").bias.note == "1 incomplete"
    with pytest.raises(AnalysisError, match="three units with both measurements; found 2"):
        bland_altman(frame[:3], "one", "two")

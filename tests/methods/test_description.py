import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.description import describe

FRAME = pd.DataFrame(
    {
        "crp_mg_l": [1.0, 2.0, 3.0, 4.0, 10.0, 20.0, np.nan, 40.0],
        "ild": [0, 0, 1, 0, 1, 1, 1, None],
        "subset": ["a", "a", "b", "c", "b", "b", "c", "a"],
        "group": ["control"] * 4 + ["dcSSc"] * 4,
    }
)


def value(estimate: Estimate | NotEstimable) -> float:
    assert isinstance(estimate, Estimate)
    return estimate.value


def test_kinds_are_found_and_missing_values_counted() -> None:
    table = describe(FRAME, ["crp_mg_l", "ild", "subset"], by="group")
    assert [(one.kind, one.levels) for one in table.variables] == [
        ("quantity", ()),
        ("yes_no", ("1",)),
        ("category", ("a", "b", "c")),
    ]
    assert (table.groups, table.sizes, table.reference) == (("control", "dcSSc"), (4, 4), "control")
    row = table.find("crp_mg_l", "median", group="dcSSc")
    assert (value(row.estimate), row.n) == (20.0, 3)
    assert value(table.find("crp_mg_l", "n_missing", group="dcSSc").estimate) == 1
    assert value(table.find("crp_mg_l", "n_missing").estimate) == 1
    share = table.find("ild", "percent", group="dcSSc", level="1")
    assert (value(share.estimate), share.n_events, share.n) == (100.0, 3, 3)


def test_standardised_differences_are_those_of_published_formulas() -> None:
    table = describe(FRAME, ["crp_mg_l", "subset"], by="group", reference="dcSSc")
    found = table.find("crp_mg_l", "standardised_difference", group="control").estimate
    x1, x2 = np.array([1, 2, 3, 4]), np.array([10, 20, 40])
    spread = np.sqrt((x1.var(ddof=1) + x2.var(ddof=1)) / 2)
    assert value(found) == pytest.approx((x1.mean() - x2.mean()) / spread, rel=1e-12)
    p1, p2 = np.array([0.25, 0.25]), np.array([0.5, 0.25])
    covariance = sum(np.diag(p) - np.outer(p, p) for p in (p1, p2)) / 2
    distance = np.sqrt((p1 - p2) @ np.linalg.inv(covariance) @ (p1 - p2))
    level = table.find("subset", "standardised_difference", group="control").estimate
    assert value(level) == pytest.approx(distance, rel=1e-12)


def test_without_groups_everybody_is_described_together() -> None:
    table = describe(FRAME, ["crp_mg_l"])
    assert table.groups == ()
    assert {row.group1 for row in table.rows} == {None}
    assert table.n == 8


def test_rows_without_a_group_are_left_out_and_counted() -> None:
    frame = FRAME.assign(group=[None, *FRAME["group"][1:]])
    table = describe(frame, ["crp_mg_l"], by="group")
    assert (table.n, table.n_missing_group) == (7, 1)
    assert value(table.find("crp_mg_l", "minimum").estimate) == 2.0


def test_what_nobody_was_observed_for_is_not_estimable() -> None:
    frame = FRAME.assign(crp_mg_l=FRAME["crp_mg_l"].where(FRAME["group"] == "control"))
    table = describe(frame, ["crp_mg_l"], by="group")
    median = table.find("crp_mg_l", "median", group="dcSSc").estimate
    assert median == NotEstimable(reason="0 observed", measure="median")
    difference = table.find("crp_mg_l", "standardised_difference", group="dcSSc").estimate
    assert isinstance(difference, NotEstimable)


@pytest.mark.parametrize("dtype", ["bool", "Int64", "float64", "boolean", "object"])
def test_yes_and_no_are_described_alike_whatever_their_dtype(dtype: str) -> None:
    frame = FRAME.assign(ild=FRAME["ild"].fillna(0).astype(dtype))
    row = describe(frame, ["ild"], by="group").find("ild", "percent", group="control", level="1")
    assert (row.n_events, row.n) == (1, 4)


def test_the_frame_is_tidy_and_holds_numbers_only() -> None:
    frame = describe(FRAME, ["crp_mg_l", "subset"], by="group").to_frame()
    assert frame["estimate"].dtype == "float64"
    assert not frame.duplicated(["term", "measure", "group1", "contrast"]).any()


def test_an_unknown_column_and_reference_are_refused_together() -> None:
    with pytest.raises(AnalysisError) as caught:
        describe(FRAME, ["crp"], by="group", reference="contrl")
    assert "Did you mean 'control'" in str(caught.value)
    assert "expected the columns crp" in str(caught.value)

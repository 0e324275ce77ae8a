"""What holds for every public function: bad input is named, and the form of good input is nothing.

Whether their numbers are right is tested beside each of them.
"""

import inspect
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import il6report
from il6report.errors import Il6ReportError
from il6report.estimates import FRAME_COLUMNS
from tests.public_calls import PublicCall, calls

CALLS = calls()
# Take no frame, or give one that is no result.
ELSEWHERE = {
    "adjust_p_values", "adjust_tests", "build_cohort", "e_value", "estimate_proportion",
    "minimal_detectable_hazard_ratio", "read_study", "run_study", "statistics_frame",
}  # fmt: skip
every_call = pytest.mark.parametrize("one", CALLS, ids=lambda one: one.name)


def each(columns: Callable[[PublicCall], tuple[str, ...]]) -> pytest.MarkDecorator:
    cases = [(one, column) for one in CALLS for column in columns(one)]
    names = [f"{one.name}, {column}" for one, column in cases]
    return pytest.mark.parametrize(("one", "column"), cases, ids=names)


def refusal(one: PublicCall, frame: pd.DataFrame | None = None, **options: object) -> str:
    with pytest.raises(Il6ReportError) as caught:
        one.run(frame, **options)
    return str(caught.value)


def spoilt(one: PublicCall, column: str, value: object) -> pd.DataFrame:
    values = one.data[column].astype(float)
    return one.data.assign(**{column: values.where(one.data.index != 3, value)})


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    if "term" in one:
        one, other = (
            frame.sort_values(["term", "measure"], kind="stable", ignore_index=True)
            for frame in (one, other)
        )
    pd.testing.assert_frame_equal(one, other, check_exact=False, rtol=1e-6, check_dtype=False)


def test_no_public_function_is_left_out() -> None:
    functions = {name for name in il6report.__all__ if inspect.isfunction(getattr(il6report, name))}
    assert {one.name.split()[0] for one in CALLS} | ELSEWHERE == functions


@every_call
def test_a_result_speaks_the_vocabulary_of_all_results(one: PublicCall) -> None:
    frame = one.run()
    assert len(frame)
    if one.name.split()[0] not in {"landmark", "block_means"}:
        assert [name for name in FRAME_COLUMNS if name in frame] == list(frame)


@every_call
def test_an_empty_frame_is_refused(one: PublicCall) -> None:
    if one.name in {"normalise_bands", "score_biopsies"}:
        assert (one.run(one.data[:0])["estimate"] == 0).all()  # a study may have none
        return
    assert "at least one row; found none" in refusal(one, one.data[:0])


@each(lambda one: (*one.numeric, *one.yes_no))
def test_text_where_numbers_belong_is_refused(one: PublicCall, column: str) -> None:
    told = refusal(one, one.data.assign(**{column: one.data[column].astype(str) + " "}))
    assert column in told
    assert f"of {len(one.data)} values are text" in told or "values are text" in told


@each(lambda one: one.numeric)
def test_infinity_is_refused(one: PublicCall, column: str) -> None:
    told = refusal(one, spoilt(one, column, math.inf))
    assert column in told
    assert "1 infinite of" in told


@each(
    lambda one: (
        ()
        if one.name.split()[0] in {"agreement", "mixed_model"}
        else (*one.numeric, *one.yes_no, *one.groups)
    )
)
def test_a_missing_column_is_named_with_those_that_are_there(one: PublicCall, column: str) -> None:
    told = refusal(one, one.data.drop(columns=column))
    assert f"the columns {column}" in told


@each(lambda one: one.positive)
@pytest.mark.parametrize("value", [0, -1])
def test_numbers_at_or_below_zero_are_refused_and_counted(
    one: PublicCall, column: str, value: int
) -> None:
    told = refusal(one, spoilt(one, column, value))
    assert column in told
    assert "1 zero or negative of" in told


@each(lambda one: one.yes_no)
def test_events_coded_one_and_two_are_refused_with_the_way_out(
    one: PublicCall, column: str
) -> None:
    told = refusal(one, one.data.assign(**{column: one.data[column] + 1}))
    assert "coded 1 and 2" in told
    assert f"data[{column!r}] == 2" in told


@each(lambda one: one.groups if "proportions" not in one.name else ())
def test_groups_too_few_or_too_small_are_told_with_their_counts(
    one: PublicCall, column: str
) -> None:
    first = one.data[column].iloc[0]
    others = one.data[one.data[column] != first].drop_duplicates(column)
    assert "(1)" in refusal(one, pd.concat([one.data[one.data[column] == first], others]))
    told = refusal(one, one.data.assign(**{column: "alone"}))
    assert f"alone ({len(one.data)})" in told


@each(lambda one: one.options)
def test_an_unknown_option_is_told_with_those_there_are(one: PublicCall, column: str) -> None:
    told = refusal(one, **{column: "nonesuch"})
    assert f"({column}=): expected one of" in told
    assert "found 'nonesuch'" in told


@every_call
def test_a_level_of_confidence_is_a_share(one: PublicCall) -> None:
    function = getattr(il6report, one.name.split()[0])
    if "conf_level" in inspect.signature(function).parameters:
        assert "a number between 0 and 1" in refusal(one, conf_level=95)


@every_call
def test_a_doubled_index_changes_nothing(one: PublicCall) -> None:
    doubled = one.run(one.data.set_axis(np.zeros(len(one.data), dtype=int)))
    same(one.run().reset_index(drop=True), doubled.reset_index(drop=True))


@every_call
def test_the_input_is_not_changed(one: PublicCall) -> None:
    before = one.data.copy(deep=True)
    one.run()
    pd.testing.assert_frame_equal(one.data, before)


@every_call
@pytest.mark.parametrize("kind", ["Float64", "object", "category"])
def test_the_dtype_of_numbers_changes_nothing(one: PublicCall, kind: str) -> None:
    columns = [*one.numeric, *one.yes_no]
    if one.name == "landmark":
        return  # gives the rows themselves
    same(one.run(), one.run(one.data.astype(dict.fromkeys(columns, kind))))


@every_call
def test_the_order_of_rows_changes_nothing(one: PublicCall) -> None:
    shuffled = one.data.sample(frac=1, random_state=2012)
    if one.name == "landmark":
        return
    if one.name == "block_means":
        keys = ["block", "kind"]
        frames = (one.run(), one.run(shuffled))
        same(*(frame.sort_values(keys, ignore_index=True) for frame in frames))
        return
    same(one.run(), one.run(shuffled))


@each(lambda one: one.groups)
def test_other_names_of_groups_change_nothing_but_names(one: PublicCall, column: str) -> None:
    if "reference" in one.options and one.name == "fit_parallel_curves":
        return  # names its reference
    renamed = one.run(one.data.assign(**{column: "group " + one.data[column].astype(str)}))
    numbers = one.run().select_dtypes("number").columns
    same(one.run()[numbers], renamed[numbers])


@each(lambda one: (*one.numeric, *one.yes_no))
def test_a_column_without_values_is_refused_or_gives_a_reason(one: PublicCall, column: str) -> None:
    try:
        frame = one.run(one.data.assign(**{column: np.nan}))
    except Il6ReportError:
        return
    if "estimate" in frame:
        without = frame[frame["estimate"].isna()]
        assert without["note"].str.contains("not estimable").all()


@settings(max_examples=8)
@given(data=st.data())
@pytest.mark.parametrize(
    "one",
    [one for one in CALLS if len(one.data) < 60],
    ids=lambda one: one.name,
)
def test_any_rows_give_estimates_inside_intervals_or_a_reason(
    one: PublicCall, data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(one.data) - 1), min_size=3))
    try:
        frame = one.run(one.data.iloc[sorted(chosen)])
    except Il6ReportError:
        return
    if "estimate" not in frame:
        return
    known = frame["estimate"].notna()
    assert frame.loc[~known, "note"].str.contains("not estimable").all()
    if "conf_low" in frame:
        given_ends = frame[frame["conf_low"].notna()]
        slack = 1e-9 * (1 + given_ends["estimate"].abs())
        assert (given_ends["conf_low"] <= given_ends["estimate"] + slack).all()
        assert (given_ends["estimate"] <= given_ends["conf_high"] + slack).all()
    for name in ("p_value", "p_adjusted"):
        if name in frame:
            assert frame[name].dropna().between(0, 1).all()


def test_several_rows_of_one_cell_are_refused_and_counted() -> None:
    cells = pd.DataFrame(
        {"y": np.arange(9.0), "kind": list("pqr") * 3, "block": np.repeat([1, 2, 3], 3)}
    )
    twice = pd.concat([cells, cells[:2]])
    with pytest.raises(Il6ReportError, match="11 rows in 9 cells, up to 2 in one"):
        il6report.blocked_contrasts(twice, "y", "kind", "block", reference="p")
    with pytest.raises(Il6ReportError, match="2 cells with several rows"):
        il6report.compare_paired(twice[twice["kind"] != "r"], "y", "kind", "block", reference="p")

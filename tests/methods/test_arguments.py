import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.methods.arguments import ColumnReader

NUMBERS = [2.0, None, 1.0, 3.0]


def refusal(reader: ColumnReader) -> str:
    with pytest.raises(AnalysisError) as caught:
        reader.raise_if_any()
    return str(caught.value)


@pytest.mark.parametrize("dtype", ["float64", "Int64", "Float64", "object", "category"])
def test_the_dtype_of_numbers_does_not_matter(dtype: str) -> None:
    frame = pd.DataFrame({"x": pd.Series(NUMBERS).astype(dtype)})
    reader = ColumnReader(frame, "f")
    np.testing.assert_array_equal(reader.numbers("x"), [2.0, np.nan, 1.0, 3.0])
    labels = reader.labels("x")
    assert labels.levels == ("1", "2", "3")
    assert labels.codes.tolist() == [1, -1, 0, 2]
    reader.raise_if_any()


def test_an_ordered_category_keeps_its_order_and_drops_empty_levels() -> None:
    groups = pd.Categorical(["low", "high"], categories=["low", "middle", "high"])
    labels = ColumnReader(pd.DataFrame({"g": groups}), "f").labels("g")
    assert labels.levels == ("low", "high")


def test_everything_wrong_is_told_at_once_without_a_patients_value() -> None:
    frame = pd.DataFrame(
        {
            "text": ["1.5", "secret", None],
            "infinite": [1.0, np.inf, -np.inf],
            "event": [1, 2, 1],
            "time": [0.0, -1.0, 5.0],
        }
    )
    reader = ColumnReader(frame, "f")
    reader.numbers("text")
    reader.numbers("infinite")
    reader.indicator("event")
    reader.positive("time")
    reader.numbers("tyme")
    reader.option("method", "welsh", ("welch", "student"))
    reader.conf_level(95)
    told = refusal(reader)
    for part in (
        "7 problems", "2 of 3 values are text", "2 infinite of 3", "coded 1 and 2", "== 2",
        "2 zero or negative of 3", "Did you mean 'time'", "Did you mean 'welch'", "conf_level",
    ):  # fmt: skip
        assert part in told
    assert "secret" not in told


def test_an_empty_frame_and_a_doubled_column_are_refused() -> None:
    empty = ColumnReader(pd.DataFrame({"x": []}), "f")
    empty.numbers("x")
    assert "at least one row" in refusal(empty)
    doubled = ColumnReader(pd.DataFrame([[1, 2]], columns=["x", "x"]), "f")
    doubled.numbers("x")
    assert "one column of that name" in refusal(doubled)


def test_groups_too_small_are_named_with_their_counts() -> None:
    reader = ColumnReader(pd.DataFrame({"g": ["a", "a", "b", "b"]}), "f")
    reader.groups("g", np.array([True, True, True, False]), number=2)
    assert "a (2), b (1)" in refusal(reader)


def test_yes_and_no_may_be_true_and_false() -> None:
    frame = pd.DataFrame({"event": pd.array([True, False, None], dtype="boolean")})
    np.testing.assert_array_equal(ColumnReader(frame, "f").indicator("event"), [1, 0, np.nan])


def test_what_is_no_data_frame_is_refused() -> None:
    with pytest.raises(
        AnalysisError, match=r"cox\(data\): expected a pandas DataFrame; found list"
    ):
        ColumnReader([1, 2], "cox")  # type: ignore[arg-type]


def test_groups_are_judged_by_themselves_where_the_outcome_could_not_be_read() -> None:
    data = pd.DataFrame({"y": [1.0, np.inf, 3.0, 4.0], "g": list("aabb")})
    reader = ColumnReader(data, "compare_groups")
    reader.groups("g", ~np.isnan(reader.numbers("y")))
    assert len(reader.problems) == 1


def test_numbers_too_large_to_be_squared_are_told_as_codes_of_missing_values() -> None:
    reader = ColumnReader(pd.DataFrame({"x": [1.0, 2.0, 9e99]}), "f")
    reader.numbers("x")
    assert "1 above 1e+75 in size of 3. Give what is unknown as missing." in refusal(reader)


def test_dates_are_told_from_text_with_the_way_to_a_time() -> None:
    dates = pd.date_range("2012-01-01", periods=2)
    reader = ColumnReader(pd.DataFrame({"seen": dates, "waited": dates - dates[0]}), "f")
    reader.positive("seen")
    reader.numbers("waited")
    told = refusal(reader)
    assert "2 of 2 values are of type Timestamp" in told
    assert told.count("(end - start).dt.days / 365.25") == 2


def test_a_yes_or_no_in_words_is_refused_with_the_way_to_recode_it() -> None:
    reader = ColumnReader(pd.DataFrame({"died": ["yes", "no"]}), "f")
    reader.indicator("died")
    assert "data['died'] == 'yes'" in refusal(reader)


@pytest.mark.parametrize("values", [[1j, 2j], [[1], [2]]])
def test_what_is_neither_number_nor_name_is_refused(values: list[object]) -> None:
    for read in (ColumnReader.numbers, ColumnReader.labels):
        reader = ColumnReader(pd.DataFrame({"x": pd.Series(values)}), "f")
        read(reader, "x")
        if isinstance(values[0], list) or read is ColumnReader.numbers:
            assert "'x'" in refusal(reader)


def test_more_groups_than_there_can_be_are_counted_and_not_told() -> None:
    reader = ColumnReader(pd.DataFrame({"il6_pg_ml": np.arange(40) / 7}), "compare_groups")
    labels = reader.groups("il6_pg_ml", np.ones(40, dtype=np.bool_))
    reader.level("reference=", "control", labels)
    told = refusal(reader)
    assert "40 groups, the smallest of 1" in told
    assert "one of 40 others" in told
    assert str(1 / 7) not in told


def test_of_many_columns_a_message_gives_the_first_and_the_nearest() -> None:
    reader = ColumnReader(pd.DataFrame(np.ones((1, 300))).add_prefix("gene_"), "cox")
    reader.numbers("gene_299x")
    told = refusal(reader)
    assert "gene_19 and 280 more. Did you mean 'gene_299'?" in told


def test_one_group_written_in_two_ways_is_refused_and_not_lost() -> None:
    reader = ColumnReader(pd.DataFrame({"arm": ["1", 1, "2", 2.0]}, dtype=object), "kaplan_meier")
    reader.labels("arm")
    assert "'arm'): expected each group written in one way; found 2 both" in refusal(reader)

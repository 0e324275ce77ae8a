import numpy as np
import pandas as pd
import pytest

from il6report.assays.elisa import SerumResult, quantify_plates, quantify_serum
from il6report.errors import AnalysisError, AssayError
from il6report.plan import AnalysisPlan

LEVELS = (3.12, 6.25, 12.5, 25.0, 50.0, 100.0, 300.0)


def absorbance(pg_ml: float) -> float:
    return 0.04 + 4.16 * pg_ml**1.08 / (pg_ml**1.08 + 260**1.08)


def plate(samples: list[tuple[str, float, float]], plate_id: str = "P1") -> pd.DataFrame:
    """Make a plate without error: samples are (name, concentration, dilution)."""
    tests = [("blank", None, 0.0, 1.0, None)]
    tests += [("standard", None, level, 1.0, level) for level in LEVELS]
    tests += [("control", "low", 15.0, 1.0, 15.0)]
    tests += [("sample", name, value, dilution, None) for name, value, dilution in samples]
    rows = [
        {
            "plate_id": plate_id,
            "well": f"{'ABCDEFGH'[number % 8]}{2 * (number // 8) + second:02d}",
            "analyte": "il6",
            "role": role,
            "sample_id": name,
            "nominal_concentration": nominal,
            "unit": "pg/mL",
            "dilution_factor": dilution,
            "absorbance": absorbance(value / dilution),
        }
        for number, (role, name, value, dilution, nominal) in enumerate(tests)
        for second in (1, 2)
    ]
    return pd.DataFrame(rows)


def quantify(wells: pd.DataFrame, **options: object) -> SerumResult:
    return quantify_plates(wells, **options)  # type: ignore[arg-type]


def sample(result: SerumResult, name: str) -> dict[str, object]:
    return result.samples.set_index("sample_id").loc[name].to_dict()


def test_a_sample_in_range_is_read_and_corrected_for_its_dilution() -> None:
    found = quantify(plate([("S01", 42.0, 1.0), ("S02", 420.0, 10.0)]))
    assert sample(found, "S01")["concentration"] == pytest.approx(42.0, rel=1e-6)
    assert sample(found, "S02")["concentration"] == pytest.approx(420.0, rel=1e-6)
    assert found.samples["flag"].tolist() == ["", ""]
    assert found.controls["recovery_percent"].tolist() == pytest.approx([100.0], rel=1e-6)


def test_a_value_below_the_limit_is_censored_at_it_and_not_halved() -> None:
    found = sample(quantify(plate([("S01", 1.0, 1.0)])), "S01")
    assert found["concentration"] == 3.12
    assert found["below_quantitation"]


def test_a_limit_may_be_raised_but_not_lowered() -> None:
    wells = plate([("S01", 4.0, 1.0)])
    raised = sample(quantify(wells, lloq={"il6": 5.0}), "S01")
    assert (raised["concentration"], raised["below_quantitation"]) == (5.0, True)
    assert quantify(wells, lloq={"il6": 1.0}).curves["lloq"].tolist() == [3.12]


def test_the_plan_sets_the_limits() -> None:
    wells = plate([("S01", 4.0, 1.0), ("S02", 40.0, 1.0)])
    wells.loc[wells.index[wells["sample_id"] == "S02"][0], "absorbance"] *= 1.2
    plan = AnalysisPlan(il6_lloq_pg_ml=5.0, duplicate_cv_limit_percent=10.0)
    found = quantify_serum(wells, plan)
    assert sample(found, "S01")["concentration"] == 5.0
    assert sample(found, "S02")["flag"] == "duplicate_cv"
    assert sample(quantify(wells), "S02")["flag"] == ""


def test_a_diluted_repeat_replaces_the_value_above_the_range_and_is_counted() -> None:
    first = plate([("S01", 420.0, 1.0), ("S02", 20.0, 1.0)])
    again = plate([("S01", 420.0, 10.0)], "P2")
    found = quantify(pd.concat([first, again]))
    kept = sample(found, "S01")
    assert kept["concentration"] == pytest.approx(420.0, rel=1e-6)
    assert (kept["plate_id"], kept["flag"]) == ("P2", "reassayed_diluted")
    assert found.flags.to_dict("records") == [
        {"analyte": "il6", "flag": "reassayed_diluted", "n": 1}
    ]


def test_a_value_above_the_range_without_repeat_stays_flagged() -> None:
    found = sample(quantify(plate([("S01", 420.0, 1.0)])), "S01")
    assert (found["concentration"], found["above_quantitation"]) == (300.0, True)
    assert found["flag"] == "above_quantitation"


def test_wells_that_disagree_and_wells_that_stand_alone_are_flagged_and_kept() -> None:
    wells = plate([("S01", 40.0, 1.0), ("S02", 40.0, 1.0)])
    spoilt = wells.index[wells["sample_id"] == "S01"][0]
    wells.loc[spoilt, "absorbance"] *= 1.8
    wells = wells.drop(wells.index[wells["sample_id"] == "S02"][0])
    found = quantify(wells)
    assert sample(found, "S01")["cv_percent"] == pytest.approx(100 * 0.8 / np.sqrt(2) / 1.4)
    assert found.samples["flag"].tolist() == ["duplicate_cv", "single_well"]
    assert "S01" not in set(
        quantify(wells, cv_limit_percent=50.0).samples.query("flag == 'duplicate_cv'").sample_id
    )


def test_the_order_of_rows_does_not_matter_and_the_input_is_left_alone() -> None:
    wells = pd.concat([plate([("S01", 42.0, 1.0)]), plate([("S02", 2.0, 1.0)], "P2")])
    before = wells.copy()
    shuffled = quantify(wells.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(shuffled.samples, quantify(wells).samples, rtol=1e-9)
    pd.testing.assert_frame_equal(wells, before)


def test_every_plate_that_cannot_be_read_is_named_at_once() -> None:
    without = plate([("S01", 42.0, 1.0)]).query("role != 'standard'")
    flat = plate([("S02", 42.0, 1.0)], "P2").assign(absorbance=0.5)
    with pytest.raises(AssayError) as raised:
        quantify(pd.concat([without, flat, plate([("S03", 42.0, 1.0)], "P3")]))
    assert [str(problem).split(":")[0] for problem in raised.value.problems] == [
        "plate P1 (il6), column role",
        "plate P2 (il6), standards",
    ]


def test_plates_without_samples_are_refused() -> None:
    with pytest.raises(AssayError, match="expected wells of samples; found none"):
        quantify(plate([]))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(AnalysisError, match="the columns absorbance"):
        quantify(plate([]).drop(columns="absorbance"))


def test_the_frame_counts_samples_and_flags() -> None:
    frame = quantify(plate([("S01", 1.0, 1.0), ("S02", 420.0, 1.0)])).to_frame()
    counts = dict(zip(frame["group1"], frame["estimate"], strict=True))
    assert counts == {"samples": 2, "below quantitation": 1, "above_quantitation": 1}


@pytest.mark.parametrize("column", ["plate_id", "analyte", "sample_id", "unit"])
def test_a_well_that_belongs_nowhere_is_refused_and_not_dropped(column: str) -> None:
    wells = plate([("S01", 42.0, 1.0), ("S02", 50.0, 1.0)])
    wells[column] = wells[column].mask(wells.index == wells.index[-1], None)
    with pytest.raises(AssayError, match=f"column {column}.* found none in 1 wells"):
        quantify(wells)


def test_a_role_that_is_none_is_refused_and_its_well_not_dropped() -> None:
    wells = plate([("S01", 42.0, 1.0)])
    wells["role"] = wells["role"].replace("sample", "sampel")
    with pytest.raises(AssayError, match=r"column role: expected one of blank, .*in 2 wells"):
        quantify(wells)


def test_a_limit_of_an_analyte_that_is_not_there_is_refused() -> None:
    with pytest.raises(AnalysisError, match=r"lloq=.*; found IL-6\. Write them as"):
        quantify(plate([("S01", 42.0, 1.0)]), lloq={"IL-6": 3.12})


def test_an_analyte_may_have_a_number_for_a_name() -> None:
    found = quantify(plate([("S01", 42.0, 1.0)]).assign(analyte=6))
    assert found.curves["analyte"].tolist() == ["6"]


def test_two_columns_of_one_name_are_refused() -> None:
    wells = plate([("S01", 42.0, 1.0)])
    with pytest.raises(AnalysisError, match=r"'role'.* one column of that name; found 2"):
        quantify(pd.concat([wells, wells["role"]], axis="columns"))

import numpy as np
import pandas as pd
import pytest

from il6report.assays.parallelism import fit_parallel_curves
from il6report.errors import AnalysisError, AssayError
from il6report.estimates import Estimate, HypothesisTest, Statistic

DOSES = np.repeat([3.0, 10, 30, 100, 300, 1000, 3000], 2)


def wells(potency: float = 0.3, slope: float = 1.2, noise: float = 0.02) -> pd.DataFrame:
    rng = np.random.default_rng(7)

    def respond(dose: np.ndarray, steep: float) -> np.ndarray:
        error = 1 + noise * rng.standard_normal(len(dose))
        return (0.05 + 3 / (1 + (dose / 90) ** -steep)) * error

    return pd.DataFrame(
        {
            "dose": np.tile(DOSES, 2),
            "od": np.append(respond(DOSES, 1.2), respond(DOSES * potency, slope)),
            "kind": ["standard"] * len(DOSES) + ["serum"] * len(DOSES),
        }
    )


def compare(frame: pd.DataFrame, reference: str = "standard") -> dict[str, Statistic]:
    found = fit_parallel_curves(
        frame, concentration="dose", response="od", preparation="kind", reference=reference
    )
    (potency,), (slope,) = found.potencies.values(), found.slope_ratios.values()
    return {"potency": potency, "slope": slope, "test": found.parallelism}


def value(statistic: Statistic) -> Estimate:
    assert isinstance(statistic.estimate, Estimate)
    return statistic.estimate


def test_a_diluted_standard_is_parallel_and_its_potency_is_the_dilution() -> None:
    found = compare(wells(0.3, noise=1e-6))
    assert value(found["potency"]).value == pytest.approx(0.3, rel=1e-4)
    assert value(found["slope"]).value == pytest.approx(1, rel=1e-4)


def test_another_slope_is_noticed() -> None:
    same, other = (compare(wells(slope=slope)) for slope in (1.2, 0.7))
    assert isinstance(same["test"].test, HypothesisTest)
    assert isinstance(other["test"].test, HypothesisTest)
    assert same["test"].test.p_value > 0.05 > other["test"].test.p_value
    assert not value(same["slope"]).excludes_null
    assert value(other["slope"]).excludes_null


def test_the_other_way_round_potency_is_the_inverse() -> None:
    one, other = (value(compare(wells(), name)["potency"]) for name in ("standard", "serum"))
    assert one.value == pytest.approx(1 / other.value, rel=1e-6)
    assert one.conf_low == pytest.approx(1 / (other.conf_high or 0), rel=1e-6)


def test_the_order_of_wells_and_the_unit_of_the_response_change_nothing() -> None:
    frame = wells()
    turned = frame[::-1].assign(od=frame["od"] * 100)
    for key in ("potency", "slope"):
        assert value(compare(turned)[key]).value == pytest.approx(
            value(compare(frame)[key]).value, rel=1e-6
        )


def test_what_gives_no_curve_is_named() -> None:
    flat = wells()
    flat.loc[flat["kind"] == "serum", "od"] = 0.5
    with pytest.raises(AssayError, match=r"fit_parallel_curves\('serum'\).*S-shaped"):
        compare(flat)
    with pytest.raises(AnalysisError, match="Did you mean 'standard'"):
        compare(wells(), "standrd")


def test_wells_of_no_preparation_are_left_out() -> None:
    plate = wells()
    found, without = (
        compare(one) for one in (pd.concat([plate, plate.head(3).assign(kind=None)]), plate)
    )
    assert found == without

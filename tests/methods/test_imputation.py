import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.methods.imputation import cumulative_hazard, impute_chained
from il6report.methods.pooling import pool_estimates

REFERENCE = Path(__file__).parents[1] / "reference"
FROM_R = pd.read_csv(REFERENCE / "imputation.csv").pivot_table(
    index="case", columns="column", values="value"
)
CASES = {
    "ten": (
        (0.31, 0.52, 0.44, 0.61, 0.29, 0.40, 0.55, 0.48, 0.37, 0.50),
        tuple(math.sqrt(0.04 + 0.002 * place) for place in range(10)),
    ),
    "five": ((1.2, 0.9, 1.6, 1.1, 0.7), (0.2, 0.25, 0.22, 0.3, 0.18)),
    "alike": ((2.01, 2.00, 1.99), (0.5, 0.5, 0.5)),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("df_complete", [12.0, 34.0, math.inf])
def test_pooling_agrees_with_mice(case: str, df_complete: float) -> None:
    values, errors = CASES[case]
    pooled = pool_estimates(values, errors, df_complete=df_complete)
    name = "Inf" if math.isinf(df_complete) else str(int(df_complete))
    expected = FROM_R.loc[f"{case}_{name}"]
    for part in ("value", "std_error", "missing_information"):
        assert getattr(pooled, part) == pytest.approx(expected[part], rel=1e-10)
    assert pooled.df == pytest.approx(expected["df"], rel=1e-8)


def test_imputing_agrees_with_mice_within_its_chance() -> None:
    air = pd.read_csv(REFERENCE / "data" / "airquality.csv")
    air = air.assign(Ozone=np.log(air["Ozone"]))
    copies = impute_chained(air, ["Ozone", "Solar.R"], ["Wind", "Temp"], n_imputations=500, seed=1)
    fits = [_least_squares(copy) for copy in copies]
    for place, term in enumerate(("(Intercept)", "Solar.R", "Wind", "Temp")):
        expected = FROM_R.loc[f"airquality_{term}"]
        pooled = pool_estimates(
            [fit[0][place] for fit in fits], [fit[1][place] for fit in fits], df_complete=58
        )
        assert pooled.value == pytest.approx(expected["value"], abs=0.1 * expected["std_error"])
        assert pooled.std_error == pytest.approx(expected["std_error"], rel=0.03)
        assert pooled.df == pytest.approx(expected["df"], rel=0.1)


def _least_squares(air: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    x = np.column_stack([np.ones(len(air)), air[["Solar.R", "Wind", "Temp"]].to_numpy()])
    y = air["Ozone"].to_numpy()
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ x.T @ y
    residual = y - x @ coefficients
    variance = residual @ residual / (len(y) - x.shape[1])
    return coefficients, np.sqrt(variance * np.diag(inverse))


def test_what_was_observed_stays_and_the_seed_decides_the_rest() -> None:
    frame = pd.DataFrame({"a": [1.0, None, 3.1, 3.9, None, 6.2, 7.1], "b": np.arange(7.0)})
    first, again, other = (
        impute_chained(frame, ["a"], ["b"], n_imputations=2, seed=seed) for seed in (1, 1, 2)
    )
    known = frame["a"].notna()
    for copy in first:
        assert copy.loc[known, "a"].to_numpy() == pytest.approx(frame.loc[known, "a"].to_numpy())
        assert copy["a"].notna().all()
    assert first[0].equals(again[0])
    assert not first[0].equals(other[0])
    assert not first[0].equals(first[1])


def test_what_cannot_be_imputed_is_said_at_once() -> None:
    frame = pd.DataFrame({"a": [1.0, None, None, 2.0], "b": [1.0, 2.0, None, 3.0]})
    with pytest.raises(AnalysisError) as caught:
        impute_chained(frame, ["a"], ["b"], seed=1)
    message = str(caught.value)
    assert "predictors='b'" in message
    assert "incomplete='a'" in message


def test_one_estimate_cannot_be_pooled() -> None:
    with pytest.raises(AnalysisError, match="two or more estimates"):
        pool_estimates([1.0], [0.1])


def test_the_cumulative_hazard_counts_ties_together_and_leaves_the_unknown_missing() -> None:
    found = cumulative_hazard(
        np.array([1.0, 1.0, 2.0, np.nan, 3.0]), np.array([1.0, 1.0, 0.0, 1.0, 1.0])
    )
    assert found == pytest.approx([0.5, 0.5, 0.5, np.nan, 1.5], nan_ok=True)

from pathlib import Path

import pandas as pd
import pytest

from il6report.errors import AnalysisError
from il6report.estimates import Estimate, NotEstimable
from il6report.methods.cox_model import cox
from il6report.methods.optimism import validate_concordance

REFERENCE = Path(__file__).parents[1] / "reference"
FEW = pd.read_csv(REFERENCE / "survival_few.csv")
LUNG = pd.read_csv(REFERENCE / "survival_lung.csv")


def value(estimate: Estimate | NotEstimable) -> float:
    assert isinstance(estimate, Estimate)
    return estimate.value


def test_the_apparent_concordance_is_that_of_the_model() -> None:
    found = validate_concordance(FEW, "time", "status", ["karno", "trt"], seed=1, n_bootstrap=30)
    model = cox(FEW, "time", "status", ["karno", "trt"])
    assert found.apparent.estimate == model.concordance.estimate
    assert found.n_used == 30


def test_the_correction_agrees_with_rms() -> None:
    # rms::validate(cph(Surv(time, death) ~ age + sex + ph.ecog, x = TRUE, y = TRUE), B = 1000)
    # on lung gives Dxy 0.25577 corrected; C is (1 + Dxy) / 2. Both are random resamples.
    found = validate_concordance(
        LUNG, "time", "death", ["age", "sex", "ph.ecog"], seed=1, n_bootstrap=400
    )
    assert value(found.corrected.estimate) == pytest.approx((1 + 0.25577) / 2, abs=0.004)
    assert value(found.corrected.estimate) < value(found.apparent.estimate)


def test_the_same_seed_gives_the_same_number() -> None:
    first, second = (
        validate_concordance(FEW, "time", "status", ["karno"], seed=3, n_bootstrap=25).to_frame()
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, second)


def test_what_cannot_be_validated_has_a_reason() -> None:
    nobody = validate_concordance(FEW.assign(status=0), "time", "status", ["karno"], seed=1)
    assert isinstance(nobody.corrected.estimate, NotEstimable)
    few = validate_concordance(FEW, "time", "status", ["karno"], seed=1, n_bootstrap=5)
    assert isinstance(few.corrected.estimate, NotEstimable)
    assert isinstance(few.apparent.estimate, Estimate)
    with pytest.raises(AnalysisError, match="one or more columns"):
        validate_concordance(FEW, "time", "status", [], seed=1)

import math
from pathlib import Path

import pandas as pd
import pytest

from il6report.analyses.beyond_accepted import TOGETHER
from il6report.analyses.headlines import HEADLINES
from il6report.analyses.operating_characteristics import (
    OperatingCharacteristicsResult,
    describe_operating_characteristics,
)
from il6report.claims import CLAIMS
from il6report.claims.wording import say
from il6report.errors import DataError
from il6report.estimates import Estimate, NotEstimable
from il6report.figures import operating_characteristics_figure
from il6report.ledger import build_ledger
from il6report.plan import DEFAULT_PLAN
from il6report.source import REPEATED_COLUMNS, RepeatedStudies, read_repeated_studies
from il6report.tables import error_rates_table

HAZARD, RHO = "survival.cox.il6_high", "acute_phase.correlation.crp_mg_l"
PROTEINS = "Each matrix protein against untreated cells"


def describe(*rows: dict[str, object]) -> OperatingCharacteristicsResult:
    counts = pd.DataFrame(list(rows)).reindex(columns=list(REPEATED_COLUMNS))
    provenance = {"permutations": "999"} if rows else {}
    return describe_operating_characteristics(
        RepeatedStudies(counts=counts, provenance=provenance), DEFAULT_PLAN
    )


def claim(key: str = HAZARD, **values: object) -> dict[str, object]:
    made: dict[str, object] = {
        "effect_scale": 0.0, "kind": "claim", "id": key, "n_studies": 400, "n_estimated": 400,
        "n_rejected": 20, "n_rejected_adjusted": 20, "n_intervals": 400, "n_covered": 380,
        "truth": 1.0, "truth_error": 0.0, "mean": 0.0, "std_dev": 0.5,
    }  # fmt: skip
    return made | values


def family(name: str, n_rejected: int, n_studies: int = 400) -> dict[str, object]:
    return {
        "effect_scale": 0.0, "kind": "family", "id": name, "n_studies": n_studies,
        "n_rejected": n_rejected, "n_rejected_adjusted": n_rejected,
    }  # fmt: skip


def estimate(result: OperatingCharacteristicsResult, key: str) -> Estimate:
    found = result.statistics[key].estimate
    assert isinstance(found, Estimate)
    return found


def sentence(result: OperatingCharacteristicsResult, topic: str) -> str:
    ledger = build_ledger({"operating_characteristics": result}, DEFAULT_PLAN)
    return say(f"operating_characteristics.{topic}", ledger, CLAIMS)


def test_a_rate_has_its_monte_carlo_error() -> None:
    level = estimate(describe(claim()), f"level.{HAZARD}")
    assert level.value == pytest.approx(5.0)
    assert level.std_error == pytest.approx(100 * math.sqrt(0.05 * 0.95 / 400))
    share, n, z = 0.05, 400, 1.959963984540054
    middle, widened = share + z**2 / (2 * n), 1 + z**2 / n
    reach = z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    wilson = (100 * (middle - reach) / widened, 100 * (middle + reach) / widened)
    assert (level.conf_low, level.conf_high) == pytest.approx(wilson, rel=1e-9)


def test_level_goes_by_the_test_and_power_by_the_adjusted_one() -> None:
    result = describe(
        claim(n_rejected=24, n_rejected_adjusted=8),
        claim(effect_scale=1.0, n_rejected=300, n_rejected_adjusted=200, n_estimated=390),
    )
    assert estimate(result, f"level.{HAZARD}").value == pytest.approx(6.0)
    assert estimate(result, f"power.{HAZARD}").value == pytest.approx(50.0)
    assert estimate(result, f"not_estimable.{HAZARD}").value == pytest.approx(2.5)


def test_the_bias_of_a_ratio_is_a_ratio_and_that_of_a_correlation_a_difference() -> None:
    result = describe(
        claim(effect_scale=1.0, truth=2.0, truth_error=0.02, mean=math.log(2.2), std_dev=0.6),
        claim(RHO, effect_scale=1.0, truth=0.6, mean=0.58, std_dev=0.2, n_estimated=100),
    )
    ratio = estimate(result, f"bias.{HAZARD}")
    assert ratio.value == pytest.approx(1.1)
    assert ratio.std_error == pytest.approx(math.hypot(0.6 / 20, 0.02))
    assert ratio.conf_high == pytest.approx(1.1 * math.exp(1.959964 * math.hypot(0.03, 0.02)))
    difference = estimate(result, f"bias.{RHO}")
    assert (difference.value, difference.std_error) == pytest.approx((-0.02, 0.02))
    assert difference.measure == "spearman_rho"
    truth = estimate(result, f"truth.{HAZARD}")
    assert truth.conf_low == pytest.approx(2 * math.exp(-1.959964 * 0.02))
    assert estimate(result, f"truth.{RHO}").conf_low is None


def test_what_is_beyond_the_accepted_is_named_and_nothing_else() -> None:
    result = describe(
        claim(n_rejected=27),
        claim(RHO, n_rejected=26),
        claim(effect_scale=1.0, n_covered=367),
        claim(RHO, effect_scale=1.0, n_covered=368),
    )
    assert result.statistics["named.level"].note == HEADLINES[HAZARD].label
    assert result.statistics["named.coverage"].note == HEADLINES[HAZARD].label
    assert result.statistics["named.level"].n == 2
    assert result.statistics["highest.level"].note == HEADLINES[HAZARD].label
    told = sentence(result, "level")
    assert "1 would be made in error more often" in told
    assert HEADLINES[HAZARD].label in told
    assert "None of the 2 claims" in sentence(describe(claim(), claim(RHO)), "level")


def test_a_family_is_judged_where_the_plan_means_it_to_hold() -> None:
    result = describe(
        claim(),
        family("Survival by IL-6", 30),
        family("Survival by IL-6, supporting analyses", 200),
        family(PROTEINS, 80, n_studies=1600),
        family(f"{PROTEINS}{TOGETHER}", 80),
    )
    assert result.statistics["named.family"].n == 2
    assert result.statistics["named.family"].note == "Survival by IL-6"
    assert next(iter(result.families.values())) == "Survival by IL-6"


def test_a_test_without_a_truth_has_a_level_and_no_coverage() -> None:
    empty = dict.fromkeys(("n_intervals", "n_covered", "truth", "truth_error"), math.nan)
    result = describe(claim("survival.logrank", **empty))
    assert estimate(result, "level.survival.logrank").value == pytest.approx(5.0)
    assert isinstance(result.statistics["coverage.survival.logrank"].estimate, NotEstimable)


def test_a_study_without_repeated_ones_says_so_everywhere(tmp_path: Path) -> None:
    result = describe_operating_characteristics(read_repeated_studies(tmp_path), DEFAULT_PLAN)
    assert not result.available
    for key in CLAIMS:
        if key.startswith("operating_characteristics."):
            told = sentence(result, key.removeprefix("operating_characteristics."))
            assert told.endswith("not examined here.")
    assert "not available" in error_rates_table(result).as_raw_html()
    operating_characteristics_figure(result).draw()


def test_studies_without_effects_alone_say_nothing_of_coverage_and_power() -> None:
    result = describe(claim(n_rejected=20))
    assert "None of the 1 claims" in sentence(result, "level")
    for topic in ("coverage", "power", "bias", "truth", "not_estimable"):
        assert sentence(result, topic).endswith("not examined here.")


def test_another_file_in_the_place_of_the_counts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "simulation" / "operating_characteristics.csv"
    path.parent.mkdir()
    path.write_text("claim,power\nall,100\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"simulation.*expected the columns effect_scale, kind"):
        read_repeated_studies(tmp_path)

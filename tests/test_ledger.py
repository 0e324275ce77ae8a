import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from il6report.claims.wording import Claim, ClaimId, Wording, always, clearly_above, say
from il6report.errors import ClaimError
from il6report.estimates import Estimate, HypothesisTest, Statistic
from il6report.ledger import Ledger, build_ledger
from il6report.plan import DEFAULT_PLAN


@dataclass(frozen=True)
class Question:
    statistics: Mapping[str, Statistic]


def ledger(low: float = 1.1) -> Ledger:
    ratio = Estimate(
        measure="hazard_ratio", value=2.0, conf_low=low, conf_high=3.6, method="Cox", unit=""
    )
    test = HypothesisTest(statistic=2.0, p_value=0.04, method="Wald")
    row = Statistic(term="il6_high", estimate=ratio, test=test, n=39, n_events=17)
    return build_ledger({"survival": Question({"cox.il6_high": row})}, DEFAULT_PLAN)


CLAIMS = {
    "survival.hazard": Claim(
        id=ClaimId("survival.hazard"),
        wordings=(
            Wording(
                when=clearly_above("survival.cox.il6_high"),
                text="Mortality was higher ({survival.cox.il6_high:n} patients).",
            ),
            Wording(when=always, text="No clear difference: {survival.cox.il6_high}."),
        ),
    )
}


def test_the_ledger_puts_identity_before_the_numbers() -> None:
    frame = ledger().to_frame()
    assert list(frame.columns[:5]) == ["id", "question", "family", "unit", "display"]
    assert frame.loc[0, "id"] == "survival.cox.il6_high"
    assert frame.loc[0, "family"] == "Survival by IL-6"
    assert frame.loc[0, "n_events"] == 17


def test_both_files_hold_the_same_numbers(tmp_path: Path) -> None:
    csv, record = ledger().write(tmp_path)
    assert pd.read_csv(csv).loc[0, "estimate"] == 2.0
    assert json.loads(record.read_text())[0]["estimate"] == 2.0


def test_a_test_outside_every_family_is_refused() -> None:
    row = Statistic(
        term="x",
        estimate=Estimate(measure="spearman_rho", value=0.1, conf_low=0, conf_high=0.2, method="r"),
        test=HypothesisTest(statistic=1, p_value=0.5, method="r"),
    )
    with pytest.raises(ClaimError, match=r"undeclared\.x belongs to no family"):
        build_ledger({"undeclared": Question({"x": row})}, DEFAULT_PLAN)


def test_a_claim_follows_the_results() -> None:
    assert say("survival.hazard", ledger(), CLAIMS) == "Mortality was higher (39 patients)."
    assert say("survival.hazard", ledger(low=0.7), CLAIMS).startswith("No clear difference: 2.00 (")


def test_a_claim_that_quotes_nothing_is_refused() -> None:
    claim = Claim(id=ClaimId("x"), wordings=(Wording(when=always, text="{survival.cox.other}"),))
    with pytest.raises(ClaimError, match=r"Those it holds: survival\.cox\.il6_high"):
        say("x", ledger(), {"x": claim})

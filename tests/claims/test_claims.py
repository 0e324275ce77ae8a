import re
from pathlib import Path

import pytest

from il6report.claims import CLAIMS
from il6report.study import StudyResults

SECTIONS = sorted((Path(__file__).parents[2] / "report").rglob("*.qmd"))
QUOTED = re.compile(r"\{([a-z0-9_]+\.[^{}:]+)(?::([a-z0-9_]+))?\}")


@pytest.mark.parametrize("claim_id", CLAIMS)
def test_a_claim_can_be_said(claim_id: str, study: StudyResults) -> None:
    sentence = study.say(claim_id)
    assert "{" not in sentence
    assert "nan" not in sentence
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith((".", ")."))


@pytest.mark.parametrize("claim_id", CLAIMS)
def test_every_wording_quotes_statistics_that_exist(claim_id: str, study: StudyResults) -> None:
    for wording in CLAIMS[claim_id].wordings:
        for statistic_id, part in QUOTED.findall(wording.text):
            assert study.number(statistic_id, part or "full")


def test_a_family_of_one_test_is_told_in_the_text(study: StudyResults) -> None:
    frame = study.ledger.to_frame().dropna(subset=["p_value"])
    alone = frame[~frame.duplicated("family", keep=False)]
    quoted = {
        statistic_id
        for claim in CLAIMS.values()
        for wording in claim.wordings
        for statistic_id, _ in QUOTED.findall(wording.text)
    }
    assert set(alone["id"]) <= quoted


def test_a_claim_stands_with_its_question() -> None:
    homes = {claim_id.split(".", 1)[0] for claim_id in CLAIMS}
    assert homes <= set(StudyResults.__dataclass_fields__)


def test_the_report_says_every_claim_and_no_other() -> None:
    said = {
        claim_id
        for path in SECTIONS
        for claim_id in re.findall(r'study\.say\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
    assert said == set(CLAIMS)


@pytest.mark.parametrize("path", SECTIONS, ids=lambda path: path.name)
def test_the_results_sections_type_no_number(path: Path) -> None:
    if path.name not in {
        "_baseline.qmd",
        "_circulating_il6.qmd",
        "_acute_phase.qmd",
        "_skin_biopsies.qmd",
        "_fibroblasts.qmd",
        "_signalling.qmd",
        "_skin_score.qmd",
        "_survival.qmd",
        "_sensitivity.qmd",
        "_supplement-operating-characteristics.qmd",
    }:
        return
    text = path.read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```|`[^`]*`|\{#[^}]*\}|@[\w-]+|IL-6|95%", "", text, flags=re.DOTALL)
    assert re.findall(r"\d+", prose) == []

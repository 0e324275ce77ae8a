from dataclasses import replace

from il6report.ledger import build_ledger
from il6report.plan import Family
from il6report.study import StudyResults
from il6report.tables.families import families_table


def test_every_test_of_the_study_is_counted_in_one_family(study: StudyResults) -> None:
    shown = families_table(study.ledger)._tbl_data
    with_a_test = study.ledger.to_frame()["p_value"].notna().sum()
    assert shown["tests"].astype(int).sum() == with_a_test
    assert "Survival by IL-6" in set(shown["family"])


def test_a_family_in_which_nothing_was_tested_is_left_out(study: StudyResults) -> None:
    idle = Family(name="Idle", role="primary", adjust="holm", statistics=("nothing.*",))
    plan = replace(study.plan, families=(idle, *study.plan.families))
    ledger = build_ledger({"survival": study.survival}, plan)
    assert "Idle" not in set(families_table(ledger)._tbl_data["family"])

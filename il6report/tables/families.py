"""Which tests answer one question together, and how they are adjusted."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from il6report.estimates import HypothesisTest
from il6report.ledger import Ledger
from il6report.notation import MISSING, format_number
from il6report.plan import FamilyAdjust
from il6report.tables.style import journal_table

_ADJUSTED: dict[FamilyAdjust, str] = {
    "none": MISSING,
    "bonferroni": "Bonferroni",
    "holm": "Holm",
    "hochberg": "Hochberg",
    "bh": "Benjamini-Hochberg",
    "dunnett": "Dunnett",
}


def families_table(ledger: Ledger) -> GT:
    """Show the families of tests that the plan declares, with the tests made in each.

    Parameters
    ----------
    ledger : Ledger
        Every statistic of the study, and the plan.

    Returns
    -------
    GT
        One row a family; families without a test are left out.
    """
    tested = [
        ledger.plan.family_of(key)
        for key, statistic in ledger.rows.items()
        if isinstance(statistic.test, HypothesisTest)
    ]
    rows = [
        {
            "family": family.name,
            "role": family.role,
            "tests": format_number(tested.count(family), decimals=0),
            "adjust": _ADJUSTED[family.adjust],
        }
        for family in ledger.plan.families
        if family in tested
    ]
    return journal_table(
        pd.DataFrame(rows, columns=["family", "role", "tests", "adjust"]),
        table_id="tbl-families",
        labels={"family": "Family", "role": "Role", "tests": "Tests", "adjust": "Adjustment"},
        notes=(
            "A dash: not adjusted. Where the adjustment is Dunnett's, each protein, RNA or "
            "phospho-protein is a family of its own, and tests are counted over all of them.",
        ),
    )

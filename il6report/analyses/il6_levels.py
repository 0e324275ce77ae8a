"""The two IL-6 categories that the outcome analyses compare."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from il6report.estimates import Measure, NotEstimable, Statistic
from il6report.notation import format_significant

LEVEL = "il6_level"
"""Column of the category."""

LEVEL_KEYS: Mapping[str, str] = {"not high": "not_high", "high": "high"}
"""Label of each IL-6 category to its word in ledger identifiers; "not high" is the reference."""


def level_titles(il6_high_pg_ml: float) -> dict[str, str]:
    """Name the IL-6 categories by the cut between them, in the order of legends and rows.

    Examples
    --------
    >>> level_titles(10.0)["high"]
    'IL-6 above 10 pg/mL'
    """
    cut = format_significant(il6_high_pg_ml, digits=2)
    return {"not high": f"IL-6 not above {cut} pg/mL", "high": f"IL-6 above {cut} pg/mL"}


def with_il6_level(patients: pd.DataFrame) -> pd.DataFrame:
    """Keep the patients whose IL-6 is known to be high or not, with their category.

    Parameters
    ----------
    patients : DataFrame
        Holds `il6_high`, missing where a censored value leaves it open.
    """
    known = patients.dropna(subset=["il6_high"])
    levels = known["il6_high"].astype(bool).map({True: "high", False: "not high"})
    return known.assign(**{LEVEL: pd.Categorical(levels, list(LEVEL_KEYS), ordered=True)})


def sizes_by_level(patients: pd.DataFrame) -> dict[str, int]:
    """Count the patients of each category."""
    return {level: int((patients[LEVEL] == level).sum()) for level in LEVEL_KEYS}


def difference_of_levels(
    term: str, sizes: Mapping[str, int], *, reason: str = "", measure: Measure = "mean_difference"
) -> Statistic:
    """Describe a comparison of high with not high IL-6 that has no estimate, or not yet.

    Parameters
    ----------
    term : str
        What is compared.
    sizes : mapping of str to int
        Patients of each category.
    reason : str
        Why there is no estimate.
    measure : Measure
        What would be estimated.
    """
    return Statistic(
        term=term,
        contrast="high − not high",
        group1="high",
        group2="not high",
        n=sum(sizes.values()),
        n1=sizes["high"],
        n2=sizes["not high"],
        estimate=NotEstimable(reason=reason, measure=measure),
    )

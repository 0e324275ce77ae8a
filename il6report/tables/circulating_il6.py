"""Circulating IL-6 and its soluble receptor by group and against controls."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from il6report.analyses.circulating_il6 import ANALYTES, CATEGORY_KEYS, CirculatingIl6Result
from il6report.estimates import Statistic
from il6report.notation import MISSING, format_significant
from il6report.plan import GROUP_KEYS
from il6report.tables.style import (
    count_cell,
    estimate_cell,
    journal_table,
    p_cell,
    reasons,
    share_cell,
)

_NAMES = {"il6": "IL-6", "sil6r": "Soluble IL-6 receptor"}


def circulating_il6_table(result: CirculatingIl6Result) -> GT:
    """Show geometric means, the ratio to controls and the rank comparison, by group.

    Parameters
    ----------
    result : CirculatingIl6Result
        By group and analyte.

    Returns
    -------
    GT
        One row a group within each analyte; adjusted p-values after their estimates.
    """
    rows: list[dict[str, str]] = []
    shown: list[Statistic] = []
    for key, analyte in ANALYTES.items():
        for group, group_key in GROUP_KEYS.items():
            quantifiable = result.statistics[f"quantifiable.{key}.{group_key}"]
            mean = result.statistics[f"geometric_mean.{key}.{group_key}"]
            ratio = result.statistics.get(f"ratio.{key}.{group_key}")
            rank = result.statistics.get(f"rank.{key}.{group_key}")
            shown += [one for one in (mean, ratio, rank) if one is not None]
            rows.append(
                {
                    "analyte": f"{_NAMES[key]} ({analyte.unit})",
                    "group": group,
                    "quantifiable": count_cell(quantifiable),
                    "mean": estimate_cell(mean),
                    "ratio": estimate_cell(ratio) if ratio else MISSING,
                    "ratio_p": p_cell(ratio, adjusted=True) if ratio else MISSING,
                    "rank": estimate_cell(rank) if rank else MISSING,
                    "rank_p": p_cell(rank, adjusted=True) if rank else MISSING,
                }
            )
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-circulating-il6",
        groups="analyte",
        labels={
            "group": "Group",
            "quantifiable": "Quantified, n (%)",
            "mean": "Geometric mean (95% CI)",
            "ratio": "Ratio (95% CI)",
            "ratio_p": "p",
            "rank": "Superiority or difference (95% CI)",
            "rank_p": "p",
        },
        notes=(
            "Geometric means and ratios: lognormal model with left-censoring below the limit of "
            "quantitation, profile-likelihood intervals.",
            "Superiority or difference: Mann-Whitney test. For IL-6, the probability that a "
            "patient has a higher value than a control (0.5: no difference); for the receptor, "
            "the Hodges-Lehmann difference in ng/mL.",
            "Quantified: concentration at or above the limit of quantitation.",
            "p: adjusted by Holm's method within each column and analyte.",
            reasons(shown),
            result.data_label,
        ),
    ).tab_spanner(label="Against controls", columns=["ratio", "ratio_p", "rank", "rank_p"])


def il6_categories_table(result: CirculatingIl6Result) -> GT:
    """Show how many participants fall into each IL-6 category and above the reference limit.

    Parameters
    ----------
    result : CirculatingIl6Result
        By group.

    Returns
    -------
    GT
        One row a group; per cent of those measured with interval.
    """
    rows = [
        {
            "group": group,
            **{
                category: share_cell(result.statistics[f"category.{category}.{group_key}"])
                for category in CATEGORY_KEYS
            },
            "above": share_cell(result.statistics[f"above_reference.{group_key}"])
            if f"above_reference.{group_key}" in result.statistics
            else MISSING,
        }
        for group, group_key in GROUP_KEYS.items()
    ]
    headers = dict(zip(CATEGORY_KEYS, result.categories, strict=True))
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-il6-categories",
        labels={"group": "Group", **headers, "above": "Above controls' limit"},
        notes=(
            "Number; per cent with its 95% confidence interval (Wilson).",
            f"High IL-6: above {format_significant(result.il6_high_pg_ml, digits=2)} pg/mL. "
            "Controls' limit: upper reference limit fitted to the controls, taken as known.",
            result.data_label,
        ),
    ).tab_spanner(label="IL-6 (pg/mL)", columns=list(CATEGORY_KEYS))

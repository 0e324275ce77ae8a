"""Staining of early dcSSc against healthy skin, and the agreement of the raters."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from il6report.analyses.skin_biopsies import CELL_TYPES, GROUPS, STAINS, SkinBiopsiesResult
from il6report.notation import format_estimate, format_statistic
from il6report.tables.style import (
    estimate_cell,
    journal_table,
    not_available,
    p_cell,
    reasons,
    share_cell,
)


def skin_biopsies_table(result: SkinBiopsiesResult) -> GT:
    """Show median intensities and the probability of superiority, by stain and cell type.

    Parameters
    ----------
    result : SkinBiopsiesResult
        Comparisons.

    Returns
    -------
    GT
        One row a cell type within each stain; a note in place of them without biopsies.
    """
    if result.scores.empty:
        return not_available("tbl-skin-biopsies", "Skin biopsies")
    rows = [
        {
            "stain": stain,
            "cells": cells,
            **{
                group_key: format_estimate(
                    result.statistics[f"median.{stain_key}.{cells_key}.{group_key}"].estimate
                )
                for group_key in GROUPS.values()
            },
            "superiority": estimate_cell(result.statistics[f"score.{stain_key}.{cells_key}"]),
            "p": p_cell(result.statistics[f"score.{stain_key}.{cells_key}"]),
            "adjusted": p_cell(result.statistics[f"score.{stain_key}.{cells_key}"], adjusted=True),
        }
        for stain, stain_key in STAINS.items()
        for cells, cells_key in CELL_TYPES.items()
    ]
    headers = {
        key: f"{group} (n = {format_estimate(result.statistics[f'biopsies.{key}'].estimate)})"
        for group, key in GROUPS.items()
    }
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-skin-biopsies",
        groups="stain",
        labels={
            "cells": "Cell type",
            **headers,
            "superiority": "Superiority (95% CI)",
            "p": "p",
            "adjusted": "Adjusted p",
        },
        notes=(
            "Median of the mean intensity of two raters, 0 (none) to 3 (strong).",
            "Superiority: probability that a biopsy of early dcSSc is scored higher than one of "
            "healthy skin (0.5: no difference), Newcombe's interval.",
            "p: exact rank-sum test with ties; adjusted over the whole table by Holm's method. A "
            "dash: all scores are the same.",
            reasons(list(result.statistics.values())),
            result.data_label,
        ),
    ).tab_spanner(label="Median intensity", columns=list(GROUPS.values()))


def rater_agreement_table(result: SkinBiopsiesResult) -> GT:
    """Show how well the raters agree on each stain, and the share of biopsies with vascular IL-6.

    Parameters
    ----------
    result : SkinBiopsiesResult
        Agreement.

    Returns
    -------
    GT
        One row a stain; a note in place of them without biopsies.
    """
    if result.scores.empty:
        return not_available("tbl-rater-agreement", "Skin biopsies")
    rows: list[dict[str, str]] = []
    for stain, key in STAINS.items():
        kappa = result.statistics[f"kappa.{key}"]  # alone where it could not be estimated
        ac2, same = (result.statistics.get(f"{name}.{key}", kappa) for name in ("ac2", "same"))
        rows.append(
            {
                "stain": stain,
                "sections": format_statistic(same, "n"),
                "kappa": estimate_cell(kappa),
                "ac2": estimate_cell(ac2),
                "same": share_cell(same),
            }
        )
    return journal_table(
        pd.DataFrame(rows),
        table_id="tbl-rater-agreement",
        labels={
            "stain": "Stain",
            "sections": "Sections",
            "kappa": "Weighted kappa (95% CI)",
            "ac2": "Gwet's AC2 (95% CI)",
            "same": "Same score, n; % (95% CI)",
        },
        notes=(
            "Sections: those scored by both raters. Quadratic weights. Sections of one biopsy are "
            "taken for independent, so that the intervals are somewhat too narrow.",
            result.data_label,
        ),
    )

"""What two blinded raters saw on stained sections of skin: `biopsies.csv`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from il6report.simulation.laboratory_parameters import CELL_TYPES, STAINS
from il6report.simulation.parameters import StudyModel
from il6report.simulation.streams import stream

RATERS = ("R1", "R2")
# Share of cells stained at a latent intensity of 1.5, and how steeply it rises.
_MIDDLE, _STEEPNESS = 1.5, 1.6


def draw_biopsies(model: StudyModel) -> pd.DataFrame:
    """Draw what each rater recorded for every biopsy, stain and cell type.

    Returns
    -------
    DataFrame
        One row per biopsy, stain, cell type and rater. Early dcSSc differs from controls by the
        effect scale; a section that a rater lost has no intensity and no per cent.
    """
    laboratory, rng = model.laboratory, stream(model.seed, "biopsies")
    n_early, n_control = laboratory.n_early * model.scale, laboratory.n_control * model.scale
    early = np.repeat([True, False], [n_early, n_control])[rng.permutation(n_early + n_control)]
    control = np.array([[laboratory.score_control[s][c] for c in CELL_TYPES] for s in STAINS])
    raised = np.array([[laboratory.score_early[s][c] for c in CELL_TYPES] for s in STAINS])
    shape = (len(early), len(STAINS), len(CELL_TYPES))
    latent = (
        control
        + early[:, None, None] * model.effect_scale * (raised - control)
        + laboratory.score_biopsy_sd * rng.standard_normal(len(early))[:, None, None]
        + laboratory.score_section_sd * rng.standard_normal(shape)
    )
    seen = latent[..., None] + laboratory.score_rater_sd * rng.standard_normal(
        (*shape, len(RATERS))
    )
    cells = laboratory.fewest_cells + rng.integers(80, size=seen.shape)
    stained = 1 / (1 + np.exp(-_STEEPNESS * (seen - _MIDDLE)))
    positive = rng.binomial(cells, np.where(np.rint(seen) > 0, stained, 0.02 * stained))
    share = np.where(
        early,
        laboratory.vascular_control
        + model.effect_scale * (laboratory.vascular_early - laboratory.vascular_control),
        laboratory.vascular_control,
    )
    vascular = rng.random(len(early)) < np.clip(share, 0, 1)
    biopsy, stain, cell, rater = (axis.ravel() for axis in np.indices(seen.shape))
    rows = pd.DataFrame(
        {
            "biopsy_id": [f"B{number + 1:02d}" for number in biopsy],
            "biopsy_group": np.where(early[biopsy], "early dcSSc", "control"),
            "stain": np.array(STAINS)[stain],
            "cell_type": np.array(CELL_TYPES)[cell],
            "rater_id": np.array(RATERS)[rater],
            "intensity": np.clip(np.rint(seen), 0, 3).ravel(),
            "cells_counted": cells.ravel(),
            "percent_positive": np.round(100 * positive / cells, 1).ravel(),
        }
    )
    vessels = (rows["stain"] == "IL-6") & (rows["cell_type"] == "endothelial cells")
    rows["vascular_il6"] = np.where(vessels, vascular[biopsy].astype(float), np.nan)
    epidermis = rows.index[(rows["cell_type"] == "keratinocytes") & (rows["rater_id"] == RATERS[1])]
    lost = rng.choice(epidermis, laboratory.n_sections_lost * model.scale, replace=False)
    rows.loc[lost, ["intensity", "cells_counted", "percent_positive"]] = np.nan
    return rows

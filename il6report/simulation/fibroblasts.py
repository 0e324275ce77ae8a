"""What was read from blots and amplified from RNA of cultured fibroblasts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from il6report.simulation.laboratory_parameters import (
    GENES,
    INHIBITORS,
    MATRIX_PROTEINS,
    PHOSPHO_PROTEINS,
    REFERENCE_GENES,
    LaboratoryModel,
)
from il6report.simulation.parameters import StudyModel
from il6report.simulation.streams import stream

LOADING_CONTROL = "GAPDH"
TOTALS = {"pSTAT3": "STAT3", "pERK": "ERK"}
TRANS = "IL-6 + sIL-6R"
REPLICATES = 3


def draw_immunoblots(model: StudyModel) -> pd.DataFrame:
    """Draw the density of every band: the columns of `immunoblots.csv`.

    Every donor line and experiment has one blot for matrix proteins and one for phospho-proteins.
    Exposure differs by blot and target, loading by lane; both cancel in the ratio to the loading
    control, or to the total protein.

    Returns
    -------
    DataFrame
        One row per band. One band is saturated, and one lane failed: its densities are missing.
    """
    laboratory, rng = model.laboratory, stream(model.seed, "immunoblots")
    donors = _donors(model)
    blots = [
        _blot(model, rng, donors, lanes, targets=targets, letter=letter)
        for letter, lanes, targets in (
            ("M", _matrix_lanes(laboratory), MATRIX_PROTEINS),
            ("P", _phospho_lanes(laboratory), PHOSPHO_PROTEINS),
        )
    ]
    bands = pd.concat(blots, ignore_index=True)
    bands["quality"] = "ok"
    strongest = bands.index[(bands["condition"] == "TGF-beta") & (bands["target"] == "collagen I")]
    bands.loc[rng.choice(strongest), "quality"] = "saturated"
    broken = bands.iloc[int(rng.choice(bands.index[bands["condition"] == "PI3K inhibitor"]))]
    lane = (bands["blot_id"] == broken["blot_id"]) & (bands["lane"] == broken["lane"])
    bands.loc[lane, "quality"] = "failed"
    bands.loc[lane, "density"] = np.nan
    return bands


def draw_qpcr(model: StudyModel) -> pd.DataFrame:
    """Draw the quantification cycle of every well: the columns of `qpcr.csv`.

    Returns
    -------
    DataFrame
        One row per well: samples in triplicate, one no-template control per gene and plate, and a
        dilution series on the first plate. A well without product has no cycle.
    """
    laboratory, rng = model.laboratory, stream(model.seed, "qpcr")
    genes = (*GENES, *REFERENCE_GENES)
    donors = _donors(model)
    amounts = _rna_amounts(model, rng, donors)
    samples = amounts.loc[amounts.index.repeat(REPLICATES)].assign(role="sample")
    plates = samples["plate_id"].drop_duplicates()
    blanks = pd.DataFrame(
        {"plate_id": np.repeat(plates, len(genes)), "gene": np.tile(genes, len(plates))}
    ).assign(role="no_template", amount=0.0)
    series = pd.DataFrame(
        [
            {"plate_id": plates.iloc[0], "gene": gene, "role": "dilution", "dilution": dilution}
            for gene in genes
            for dilution in laboratory.dilutions
            for _ in range(REPLICATES)
        ]
    )
    series["amount"] = series["dilution"]
    wells = pd.concat([samples, blanks, series], ignore_index=True)
    wells = wells.sort_values("plate_id", kind="stable", ignore_index=True)
    per_cycle = np.log1p(wells["gene"].map(laboratory.efficiency))
    with np.errstate(divide="ignore"):
        cq = wells["gene"].map(laboratory.cq_at_one) - np.log(wells["amount"]) / per_cycle
    cq = cq + laboratory.cq_sd * rng.standard_normal(len(wells))
    wells["cq"] = np.round(cq.where(cq < laboratory.n_cycles), 2)
    blank = wells.index[wells["role"] == "no_template"]
    wells.loc[rng.choice(blank), "cq"] = laboratory.late_blank_cq
    position = wells.groupby("plate_id", sort=False).cumcount()
    wells["well"] = [f"{chr(65 + one // 24)}{one % 24 + 1:02d}" for one in position]
    return wells


def _donors(model: StudyModel) -> pd.DataFrame:
    n = model.laboratory.n_donors * model.scale
    return pd.DataFrame(
        {
            "donor_id": [f"F{number + 1:02d}" for number in range(2 * n)],
            "donor_group": np.repeat(["SSc", "control"], n),
        }
    )


def _matrix_lanes(laboratory: LaboratoryModel) -> pd.DataFrame:
    top = max(laboratory.doses_ng_ml)
    alone, together = ("IL-6", TRANS)
    lanes = [("untreated", 0.0), ("sIL-6R", 0.0), ("TGF-beta", 0.0)]
    lanes += [(name, dose) for name in (alone, together) for dose in laboratory.doses_ng_ml]
    lanes += [(name, top) for name in INHIBITORS]
    return pd.DataFrame(lanes, columns=["condition", "il6_ng_ml"]).assign(
        time_min=laboratory.protein_min
    )


def _phospho_lanes(laboratory: LaboratoryModel) -> pd.DataFrame:
    top, standard = max(laboratory.doses_ng_ml), laboratory.stimulation_min
    lanes = [("untreated", 0.0, standard), ("sIL-6R", 0.0, standard), ("IL-6", top, standard)]
    lanes += [(TRANS, top, time) for time in laboratory.times_min]
    lanes += [(name, top, standard) for name in INHIBITORS]
    return pd.DataFrame(lanes, columns=["condition", "il6_ng_ml", "time_min"])


def _blot(
    model: StudyModel, rng: np.random.Generator, donors: pd.DataFrame, lanes: pd.DataFrame, *,
    targets: tuple[str, ...], letter: str,
) -> pd.DataFrame:  # fmt: skip
    """Draw one blot per donor and experiment."""
    laboratory = model.laboratory
    n, n_experiments, n_lanes = len(donors), laboratory.n_experiments, len(lanes)
    diseased = (donors["donor_group"] == "SSc").to_numpy()
    loading = laboratory.loading_sd * rng.standard_normal((n, n_experiments, n_lanes))
    quantities: dict[str, np.ndarray] = {}
    for target in targets:
        basal = model.effect_scale * np.log(laboratory.basal[target])
        line = basal * diseased + laboratory.line_sd * rng.standard_normal(n)
        response = 1 + laboratory.response_sd * rng.standard_normal(n)
        effect = np.array([_log_effect(laboratory, target, one) for one in lanes.itertuples()])
        own = laboratory.line_condition_sd * rng.standard_normal((n, n_lanes)) * (effect != 0)
        again = laboratory.experiment_sd * rng.standard_normal((n, n_experiments, n_lanes))
        by_lane = response[:, None] * model.effect_scale * effect + own
        quantities[target] = line[:, None, None] + by_lane[:, None, :] + again
        if target in TOTALS:
            quantities[TOTALS[target]] = 0.3 * np.ones_like(again)
    quantities[LOADING_CONTROL] = np.zeros((n, n_experiments, n_lanes))
    parts = []
    for target, amount in quantities.items():
        exposure = 9.0 + 0.3 * rng.standard_normal((n, n_experiments, 1))
        error = laboratory.density_sd * rng.standard_normal(amount.shape)
        density = np.exp(amount + exposure + loading + error)
        donor, experiment, lane = (axis.ravel() for axis in np.indices(amount.shape))
        parts.append(
            pd.DataFrame(
                {
                    "blot_id": [
                        f"{letter}-{donors['donor_id'].iloc[d]}-{e + 1}"
                        for d, e in zip(donor, experiment, strict=True)
                    ],
                    "lane": lane + 1,
                    "donor_id": donors["donor_id"].to_numpy()[donor],
                    "donor_group": donors["donor_group"].to_numpy()[donor],
                    "experiment_id": experiment + 1,
                    **{name: lanes[name].to_numpy()[lane] for name in lanes},
                    "target": target,
                    "density": np.round(density.ravel(), 0),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _log_effect(laboratory: LaboratoryModel, target: str, lane: object) -> float:
    """Logarithm of the fold over untreated in one lane, at an effect scale of 1."""
    condition, dose, time = (getattr(lane, name) for name in ("condition", "il6_ng_ml", "time_min"))
    top = max(laboratory.doses_ng_ml)
    reach = dose / (dose + laboratory.ec50_ng_ml) * (top + laboratory.ec50_ng_ml) / top
    if condition == "TGF-beta":
        return float(np.log(laboratory.tgf_beta[target]))
    if condition in INHIBITORS:
        left = 1 - laboratory.blocked[target][condition]
        fold = 1 + (_trans_fold(laboratory, target, time) - 1) * left
    elif condition == TRANS:
        fold = _trans_fold(laboratory, target, time) ** reach
    else:
        fold = laboratory.cis[target] ** reach
    return float(np.log(fold))


def _trans_fold(laboratory: LaboratoryModel, target: str, time: int) -> float:
    if target not in laboratory.time_course:
        return laboratory.trans[target]
    return laboratory.time_course[target][laboratory.times_min.index(time)]


def _rna_amounts(model: StudyModel, rng: np.random.Generator, donors: pd.DataFrame) -> pd.DataFrame:
    """Draw the relative amount of each RNA in every sample."""
    laboratory = model.laboratory
    folds: dict[str, Mapping[str, float]] = {
        "untreated": {},
        "IL-6": {},
        "sIL-6R": {},
        TRANS: laboratory.gene_trans,
        "TGF-beta": laboratory.gene_tgf_beta,
    }
    rows = []
    for donor in donors.itertuples():
        line = laboratory.line_sd * rng.standard_normal(len(GENES))
        response = model.effect_scale * (1 + laboratory.response_sd * rng.standard_normal())
        for experiment in range(1, laboratory.n_experiments + 1):
            for condition, fold in folds.items():
                given = laboratory.input_sd * rng.standard_normal()
                noise = laboratory.rna_sd * rng.standard_normal(len(GENES))
                effects = [response * np.log(fold.get(gene, 1.0)) for gene in GENES]
                logs = [*(line + noise + effects), *np.zeros(len(REFERENCE_GENES))]
                rows += [
                    {
                        "plate_id": f"Q-{donor.donor_id}-{experiment}",
                        "donor_id": donor.donor_id,
                        "donor_group": donor.donor_group,
                        "experiment_id": experiment,
                        "condition": condition,
                        "gene": gene,
                        "amount": np.exp(given + log),
                    }
                    for gene, log in zip((*GENES, *REFERENCE_GENES), logs, strict=True)
                ]
    return pd.DataFrame(rows)

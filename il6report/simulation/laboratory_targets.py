"""What the simulated laboratory was calibrated to: assumptions, but for the design."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from il6report.simulation.fibroblasts import LOADING_CONTROL, TOTALS, TRANS
from il6report.simulation.laboratory_parameters import (
    GENES,
    MATRIX_PROTEINS,
    PHOSPHO_PROTEINS,
    REFERENCE_GENES,
    LaboratoryModel,
)

Tables = Mapping[str, pd.DataFrame]
Row = tuple[str, str, str, float, str, str, Callable[[Tables], float]]

_MODEL = LaboratoryModel()
_BENCH = "typical bench value, not looked up"
_TOP = max(_MODEL.doses_ng_ml)


def _biopsies(group: str) -> Callable[[Tables], float]:
    def count(tables: Tables) -> float:
        rows = tables["biopsies"]
        return rows.loc[rows["biopsy_group"] == group, "biopsy_id"].nunique()

    return count


def _intensity(cells: str, group: str) -> Callable[[Tables], float]:
    def mean(tables: Tables) -> float:
        rows = tables["biopsies"].query("stain == 'IL-6'")
        chosen = (rows["cell_type"] == cells) & (rows["biopsy_group"] == group)
        return float(rows.loc[chosen, "intensity"].astype(float).mean())

    return mean


def _vascular(tables: Tables) -> float:
    rows = tables["biopsies"].query("biopsy_group == 'early dcSSc'")
    return 100 * float(rows["vascular_il6"].dropna().astype(float).mean())


def _lines(tables: Tables) -> float:
    donors = tables["immunoblots"].query("donor_group == 'SSc'")
    return donors["donor_id"].nunique()


def _log_ratios(tables: Tables, target: str) -> pd.Series:
    """Log ratio to the denominator of its lane, by donor group, condition, dose and time."""
    bands = tables["immunoblots"].query("quality == 'ok'").set_index(["blot_id", "lane"])
    below = bands.loc[bands["target"] == TOTALS.get(target, LOADING_CONTROL), "density"]
    above = bands[bands["target"] == target]
    logs = np.log(above["density"] / below.reindex(above.index))
    keys = ["donor_group", "condition", "il6_ng_ml", "time_min"]
    return above.assign(log=logs).groupby(keys)["log"].mean()


def _fold(target: str, condition: str, dose: float = _TOP) -> Callable[[Tables], float]:
    """Fold over untreated, at the standard time; groups of donors weigh the same."""
    time = _MODEL.stimulation_min if target in PHOSPHO_PROTEINS else _MODEL.protein_min

    def fold(tables: Tables) -> float:
        found = _log_ratios(tables, target).groupby(["condition", "il6_ng_ml", "time_min"]).mean()
        return float(np.exp(found[condition, dose, time] - found["untreated", 0.0, time]))

    return fold


def _blocked(target: str, inhibitor: str) -> Callable[[Tables], float]:
    def blocked(tables: Tables) -> float:
        stimulated, left = (_fold(target, one)(tables) for one in (TRANS, inhibitor))
        return 100 * (stimulated - left) / (stimulated - 1)

    return blocked


def _basal(target: str) -> Callable[[Tables], float]:
    def ratio(tables: Tables) -> float:
        found = _log_ratios(tables, target).xs("untreated", level="condition")
        by_group = found.groupby("donor_group").mean()
        return float(np.exp(by_group["SSc"] - by_group["control"]))

    return ratio


def _rna(gene: str, condition: str) -> Callable[[Tables], float]:
    def fold(tables: Tables) -> float:
        samples = tables["qpcr"].query("role == 'sample'")
        cq = samples.groupby(["condition", "gene"])["cq"].mean()
        per_cycle = pd.Series(_MODEL.efficiency).map(np.log1p)
        change = (cq["untreated"] - cq[condition]) * per_cycle
        return float(np.exp(change[gene] - change[list(REFERENCE_GENES)].mean()))

    return fold


def _assumed(file: str, quantity: str, unit: str, value: float, observe: Callable[[Tables], float],
             *, source: str = _BENCH) -> Row:  # fmt: skip
    return (file, quantity, unit, value, "assumption", source, observe)


LABORATORY_TARGETS: tuple[Row, ...] = (
    ("biopsies", "Biopsies, early dcSSc", "persons", 10, "related group", "khan2011acr",
     _biopsies("early dcSSc")),
    ("biopsies", "Biopsies, controls", "persons", 5, "related group", "khan2011acr",
     _biopsies("control")),
    ("biopsies", "IL-6 in or around vessels, early dcSSc", "%", 80, "related group",
     "khan2011acr: 8 of 10", _vascular),
    *(
        _assumed("biopsies", f"IL-6 in {cells}, {group}, mean intensity", "points",
                 score["IL-6"][cells], _intensity(cells, group), source="cells: khan2012")
        for cells in ("fibroblasts", "mononuclear cells", "endothelial cells", "keratinocytes")
        for group, score in (("early dcSSc", _MODEL.score_early),
                             ("control", _MODEL.score_control))
    ),
    ("immunoblots", "Donor lines per group", "persons", 4, "related group", "alade2014acr", _lines),
    *(
        _assumed("immunoblots", f"{name}, untreated, SSc / control", "", _MODEL.basal[name],
                 _basal(name))
        for name in MATRIX_PROTEINS
    ),
    *(
        _assumed("immunoblots", f"{name}, IL-6 with receptor / untreated", "", fold,
                 _fold(name, TRANS))
        for name, fold in _MODEL.trans.items()
    ),
    _assumed("immunoblots", "collagen I, IL-6 alone / untreated", "", _MODEL.cis["collagen I"],
             _fold("collagen I", "IL-6")),
    _assumed("immunoblots", "collagen I, TGF-beta / untreated", "",
             _MODEL.tgf_beta["collagen I"], _fold("collagen I", "TGF-beta", 0.0)),
    *(
        _assumed("immunoblots", f"collagen I, induced part blocked by {name}", "%", 100 * share,
                 _blocked("collagen I", name))
        for name, share in _MODEL.blocked["collagen I"].items() if name != "PI3K inhibitor"
    ),
    *(
        ("qpcr", f"{gene} RNA, IL-6 with receptor / untreated", "", _MODEL.gene_trans[gene],
         "related group" if gene == "COL1A2" else "assumption",
         "papaioannou2018, lung cells" if gene == "COL1A2" else _BENCH, _rna(gene, TRANS))
        for gene in GENES
    ),
)  # fmt: skip
"""File, quantity, unit, value, origin, source, and how to observe it in the raw files."""

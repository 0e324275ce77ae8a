"""What the questions on cultured fibroblasts share: conditions, targets, values per donor line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from il6report.assays.immunoblot import NormalisedBands, normalise_bands
from il6report.estimates import Estimate, Statistic
from il6report.methods.blocks import block_means

UNTREATED, TRANS, ALONE = "untreated", "IL-6 + sIL-6R", "IL-6"
CONDITIONS: Mapping[str, str] = {
    ALONE: "il6", "sIL-6R": "sil6r", TRANS: "trans", "TGF-beta": "tgf_beta"
}  # fmt: skip
"""Condition against untreated cells to its word in ledger identifiers."""
PROTEINS: Mapping[str, str] = {
    "collagen I": "collagen_i", "fibronectin": "fibronectin", "CTGF": "ctgf",
    "alpha-SMA": "alpha_sma",
}  # fmt: skip
PHOSPHO: Mapping[str, str] = {"pSTAT3": "pstat3", "pERK": "perk"}
LOADING_CONTROL = "GAPDH"
DENOMINATORS: Mapping[str, str] = {
    **dict.fromkeys(PROTEINS, LOADING_CONTROL), "pSTAT3": "STAT3", "pERK": "ERK"
}  # fmt: skip
DONOR_GROUPS: Mapping[str, str] = {"SSc": "ssc", "control": "control"}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CellCulture:
    """Blots and RNA of cultured fibroblasts, ready for the analyses.

    Parameters
    ----------
    bands : NormalisedBands
        Ratios per independent experiment.
    donors : DataFrame
        One row per donor line: `donor_id`, `donor_group`.
    qpcr : DataFrame
        One row per well, as read.
    """

    bands: NormalisedBands
    donors: pd.DataFrame
    qpcr: pd.DataFrame

    @property
    def available(self) -> bool:
        """Whether the study has blots."""
        return len(self.bands.ratios) > 0

    def ratios_of(self, target: str) -> pd.DataFrame:
        """Give the ratios of one target, one row per experiment and condition."""
        return self.bands.ratios[self.bands.ratios["target"] == target]


def read_cell_culture(immunoblots: pd.DataFrame, qpcr: pd.DataFrame) -> CellCulture:
    """Normalise the blots of a study.

    Parameters
    ----------
    immunoblots, qpcr : DataFrame
        The raw files; may have no rows.

    Raises
    ------
    AssayError
        As `normalise_bands`.
    """
    bands = normalise_bands(
        immunoblots,
        target="target",
        loading_control=DENOMINATORS,
        experiment=["donor_id", "experiment_id"],
        condition=["condition", "il6_ng_ml", "time_min"],
    )
    donors = immunoblots[["donor_id", "donor_group"]].drop_duplicates(ignore_index=True)
    return CellCulture(bands=bands, donors=donors, qpcr=qpcr)


def top_dose(ratios: pd.DataFrame) -> pd.DataFrame:
    """Keep conditions without IL-6 and, of those with it, the highest dose."""
    dose = ratios["il6_ng_ml"]
    return ratios[(dose == 0) | (dose == dose.max())]


def per_donor(ratios: pd.DataFrame) -> pd.DataFrame:
    """Give one geometric mean per donor line and condition, repeats averaged inside."""
    return block_means(
        ratios, "ratio", "condition", "donor_id", experiment="experiment_id", scale="log"
    )


def fold_over(values: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Give every donor's values as multiples of its own under the reference, one column each."""
    wide = values.pivot_table(index="donor_id", columns="condition", values="ratio")
    if reference not in wide:
        return wide.iloc[:, :0]
    return wide.div(wide[reference], axis="index")


def count(term: str, number: int, *, group: str | None = None) -> Statistic:
    """Give a count as a statistic."""
    estimate = Estimate(measure="count", value=float(number), method="count", no_interval="a count")
    return Statistic(term=term, group1=group, n=number, estimate=estimate)

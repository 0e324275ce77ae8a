"""Immunoblots: densities of bands into ratios per independent experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from il6report.assays.readings import read_table
from il6report.errors import AnalysisError, AssayError, Problem, tell_kind
from il6report.estimates import Estimate, Statistic, statistics_frame
from il6report.methods.options import ArgumentReader

COLUMNS = ("blot_id", "lane", "density", "quality")
QUALITIES = ("ok", "saturated", "failed")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class NormalisedBands:
    """Ratios of targets to what stands for the protein loaded.

    Parameters
    ----------
    ratios : DataFrame
        One row per target, experiment and condition: those columns, `ratio` (a pure number, to be
        compared within a target only) and `n_lanes`.
    excluded : DataFrame
        Bands left out: `target`, `reason` ("saturated", "failed", "denominator saturated",
        "denominator failed") and `n`.
    n_bands : int
        Bands read, loading controls and totals not counted.
    """

    ratios: pd.DataFrame
    excluded: pd.DataFrame
    n_bands: int

    def to_frame(self) -> pd.DataFrame:
        """Give one row per count: bands of all targets, and those left out with the reason."""
        counts = [("all targets", "bands", self.n_bands)]
        counts += list(self.excluded[["target", "reason", "n"]].itertuples(index=False, name=None))
        return statistics_frame(
            Statistic(
                term=str(name),
                group1=str(what),
                n=self.n_bands,
                estimate=Estimate(
                    measure="count", value=float(n), method="count", no_interval="a count"
                ),
            )
            for name, what, n in counts
        )


def normalise_bands(
    bands: pd.DataFrame,
    *,
    target: str,
    loading_control: str | Mapping[str, str],
    experiment: Sequence[str],
    condition: Sequence[str],
) -> NormalisedBands:
    """Divide every band by the loading control, or the total protein, of its own lane.

    Parameters
    ----------
    bands : DataFrame
        One row per band: `blot_id`, `lane`, `density` (arbitrary units, background subtracted),
        `quality` ("ok", "saturated", "failed") and the columns named below.
    target : str
        Column that names the protein.
    loading_control : str or mapping of str to str
        The protein every other one is divided by; or protein to its denominator, such as
        {"collagen I": "GAPDH", "pSTAT3": "STAT3"}, where only those named are quantified.
    experiment : sequence of str
        Columns that make an independent experiment, such as ("donor_id", "experiment_id").
    condition : sequence of str
        Columns that make a condition, such as ("condition", "il6_ng_ml").

    Returns
    -------
    NormalisedBands
        Lanes of one experiment and condition are averaged on the log scale. A saturated or failed
        band, or one with such a denominator, is left out and counted: a saturated band is known
        only to be at least as dense as it seems.

    Raises
    ------
    AssayError
        If a lane has no denominator for a target, or a density that is usable is missing, zero or
        negative; names all such blots.
    AnalysisError
        If a column is missing, or an argument is not what it should be.

    Notes
    -----
    R: none; `density / density[protein == control]` lane by lane.

    References
    ----------
    .. [1] Butler TAJ et al. Biomed Res Int 2019;2019:5214821. https://doi.org/10.1155/2019/5214821

    Examples
    --------
    >>> lanes = pd.DataFrame({
    ...     "blot_id": "M1", "lane": [1, 1, 2, 2], "donor_id": "F01",
    ...     "condition": ["untreated"] * 2 + ["IL-6"] * 2, "protein": ["collagen I", "GAPDH"] * 2,
    ...     "density": [200.0, 100.0, 450.0, 150.0], "quality": "ok",
    ... })
    >>> normalise_bands(lanes, target="protein", loading_control="GAPDH",
    ...                 experiment=["donor_id"], condition=["condition"]).ratios
           protein donor_id  condition  ratio  n_lanes
    0   collagen I      F01  untreated    2.0        1
    1   collagen I      F01       IL-6    3.0        1
    """
    arguments = ArgumentReader("normalise_bands")
    experiment = arguments.names("experiment=", experiment, if_none="As ['donor_id'].")
    condition = arguments.names("condition=", condition, if_none="As ['condition'].")
    arguments.raise_if_any()
    bands = read_table(
        bands, "normalise_bands", columns=[*COLUMNS, target, *experiment, *condition],
        numbers=("density",), once=("blot_id", "lane", target), may_be_empty=True,
    )  # fmt: skip
    denominators = _denominators(bands[target], loading_control)
    numerators = bands[bands[target].isin(denominators)].assign(
        denominator=lambda rows: rows[target].map(denominators).astype(object)
    )
    keys = ["blot_id", "lane"]
    below = bands[[*keys, target, "density", "quality"]].rename(columns={target: "denominator"})
    pairs = numerators.merge(
        below, on=[*keys, "denominator"], how="left", suffixes=("", "_below"), indicator=True
    )
    AssayError.raise_if_any(_problems(pairs, target, [*experiment, *condition]))
    reason = pairs["quality"].mask(
        (pairs["quality"] == "ok") & (pairs["quality_below"] != "ok"),
        "denominator " + pairs["quality_below"],
    )
    out = reason != "ok"
    usable = pairs[~out].assign(
        log_ratio=lambda rows: np.log(rows["density"]) - np.log(rows["density_below"])
    )
    by_condition = usable.groupby([target, *experiment, *condition], sort=False, observed=True)
    ratios = by_condition["log_ratio"].agg(ratio="mean", n_lanes="size").reset_index()
    excluded = pairs[out].assign(reason=reason[out]).groupby([target, "reason"]).size()
    return NormalisedBands(
        ratios=ratios.assign(ratio=np.exp(ratios["ratio"])),
        excluded=excluded.rename("n").reset_index().rename(columns={target: "target"}),
        n_bands=len(pairs),
    )


def _denominators(targets: pd.Series, loading_control: object) -> Mapping[str, str]:
    if isinstance(loading_control, str):
        names = [str(name) for name in targets.dropna().unique() if name != loading_control]
        return dict.fromkeys(names, loading_control)
    if isinstance(loading_control, Mapping):
        return loading_control
    raise AnalysisError(
        Problem(
            where="normalise_bands(loading_control=)",
            expected="the name of one target, or a mapping of targets to their own",
            found=tell_kind(loading_control),
            remedy="As 'GAPDH'.",
        )
    )


def _problems(pairs: pd.DataFrame, target: str, keys: Sequence[str]) -> Iterator[Problem]:
    unnamed = pairs[pairs[list(keys)].isna().any(axis="columns")]
    if len(unnamed):
        yield Problem(
            where=f"normalise_bands(bands), {_named(unnamed)}",
            expected=f"{', '.join(keys)} of every band",
            found=f"one of them missing in {len(unnamed)} bands",
            remedy="Fill it in: a band without it would be left out.",
        )
    alone = pairs[pairs["_merge"] == "left_only"]
    for (name, denominator), rows in alone.groupby([target, "denominator"]):
        yield Problem(
            where=f"normalise_bands(bands), {name}, {_named(rows)}",
            expected=f"a band of {denominator} in every lane",
            found=f"none in {len(rows)} lanes",
            remedy="Add its densities, or leave those lanes out: unadjusted for loading, densities "
            "of two lanes cannot be compared.",
        )
    for column in ("", "_below"):
        named = target if not column else "denominator"
        stated = pairs[f"quality{column}"].notna()
        strange = pairs[stated & ~pairs[f"quality{column}"].isin(QUALITIES)]
        if len(strange):
            yield Problem(
                where=f"normalise_bands(bands), column quality, {_named(strange)}",
                expected=f"one of {', '.join(QUALITIES)}",
                found=f"something else in {len(strange)} bands",
                remedy="Say of every band whether it can be quantified.",
            )
        empty = pairs[(pairs[f"quality{column}"] == "ok") & ~(pairs[f"density{column}"] > 0)]
        for name, rows in empty.groupby(named):
            yield Problem(
                where=f"normalise_bands(bands), {name}, {_named(rows)}",
                expected="a density above zero in every band called ok",
                found=f"none, zero or less in {len(rows)} bands",
                remedy="Mark a band that cannot be seen as failed; check the background.",
            )


def _named(rows: pd.DataFrame, *, at_most: int = 3) -> str:
    lanes = (rows["blot_id"].astype(str) + " lane " + rows["lane"].astype(str)).drop_duplicates()
    more = " and others" if len(lanes) > at_most else ""
    return "blot " + ", ".join(lanes.head(at_most)) + more

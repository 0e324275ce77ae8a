"""Quantitative PCR: cycles into amounts of RNA relative to a calibrator, per biological unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import linregress, t

from il6report.assays.readings import read_table
from il6report.errors import AssayError, Problem, tell_kind
from il6report.estimates import Estimate, NotEstimable, Statistic, statistics_frame
from il6report.methods.block_comparisons import BlockedContrasts, blocked_contrasts
from il6report.methods.blocks import block_means
from il6report.methods.options import ArgumentReader

COLUMNS = ("plate_id", "well", "role", "gene", "dilution", "cq", "experiment_id")
ROLES = ("sample", "no_template", "dilution")
ACCEPTED_EFFICIENCY = (80.0, 120.0)
"""Per cent per cycle; outside, the amounts of a gene are not estimated."""
_FEWEST_DILUTIONS = 3
# Cycles per tenfold dilution; with doubling there are 3.3.
_FLATTEST = -0.1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RelativeExpression:
    """RNA of one gene relative to the reference genes and to the calibrator.

    Parameters
    ----------
    ratios : DataFrame
        One row per biological unit and condition: `log2_ratio` (over the calibrator of the same
        unit), `n_experiments`.
    fold_change : BlockedContrasts or NotEstimable
        Every condition over the calibrator, with asymmetric intervals.
    efficiencies : mapping of str to Statistic
        Amplification efficiency of the gene and its references, per cent per cycle.
    stability : Statistic
        Pairwise variation of the reference genes (geNorm's M, log2 units); below 0.5 is stable.
    n_undetermined, n_late_blanks : int
        Sample wells without product, and no-template wells with one.
    """

    ratios: pd.DataFrame
    fold_change: BlockedContrasts | NotEstimable
    efficiencies: Mapping[str, Statistic]
    stability: Statistic
    n_undetermined: int
    n_late_blanks: int

    def to_frame(self) -> pd.DataFrame:
        """Give the fold changes, then the efficiencies and the stability, one row each."""
        changes = () if isinstance(self.fold_change, NotEstimable) else self.fold_change.contrasts
        return statistics_frame((*changes, *self.efficiencies.values(), self.stability))


def relative_expression(
    cq: pd.DataFrame,
    *,
    target: str,
    reference_genes: Sequence[str],
    condition: str,
    calibrator: str,
    unit: str,
    efficiency: Mapping[str, float] | None = None,
    n_cycles: float = 40.0,
    conf_level: float = 0.95,
) -> RelativeExpression:
    """Estimate the fold change of a transcript, corrected for efficiency and reference genes.

    Technical replicates are averaged in a well group, experiments inside the biological unit; only
    units are counted. The amount is efficiency-corrected [1]_ and divided by the geometric mean of
    the reference genes [2]_.

    Parameters
    ----------
    cq : DataFrame
        One row per well: `plate_id`, `well`, `role` ("sample", "no_template", "dilution"), `gene`,
        `dilution` (share of the undiluted pool), `cq` (missing where nothing came up),
        `experiment_id`, and the columns named below.
    target : str
        The gene.
    reference_genes : sequence of str
        Genes taken as constant; two or more show how constant they are.
    condition, unit : str
        Columns of the condition and of the biological unit, such as "donor_id".
    calibrator : str
        The condition every other one is divided by.
    efficiency : mapping of str to float, optional
        Per cent per cycle by gene; from the dilution series where absent.
    n_cycles : float
        Cycles run; no quantification cycle can be above.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    RelativeExpression
        Fold changes are not estimable where an efficiency is unknown or outside 80 to 120 per cent.

    Raises
    ------
    AssayError
        If a gene, or the calibrator, has no samples, or a cycle lies outside 0 to `n_cycles`.
    AnalysisError
        If a column is missing, or an argument is not what it should be.

    Notes
    -----
    R: none; the fold changes are those of `multcomp::glht` on the log ratios, as
    `blocked_contrasts` says.

    References
    ----------
    .. [1] Pfaffl MW. Nucleic Acids Res 2001;29:e45. https://doi.org/10.1093/nar/29.9.e45
    .. [2] Vandesompele J et al. Genome Biol 2002;3:research0034.
       https://doi.org/10.1186/gb-2002-3-7-research0034

    Examples
    --------
    >>> wells = pd.DataFrame({
    ...     "plate_id": "Q1", "well": "", "role": "sample", "dilution": None, "experiment_id": 1,
    ...     "donor_id": ["a"] * 4 + ["b"] * 4, "gene": ["FN1", "TBP"] * 4,
    ...     "condition": (["untreated"] * 2 + ["IL-6"] * 2) * 2,
    ...     "cq": [22.0, 25.0, 21.0, 25.0, 23.0, 25.0, 21.9, 25.1],
    ... })
    >>> relative_expression(wells, target="FN1", reference_genes=["TBP"], condition="condition",
    ...     calibrator="untreated", unit="donor_id", efficiency={"FN1": 100, "TBP": 100},
    ... ).ratios[["donor_id", "condition", "log2_ratio"]].round(2)
      donor_id  condition  log2_ratio
    0        a  untreated         0.0
    1        a       IL-6         1.0
    2        b  untreated         0.0
    3        b       IL-6         1.2
    """
    arguments = ArgumentReader("relative_expression")
    arguments.conf_level(conf_level)
    arguments.number("n_cycles=", n_cycles, "a number of cycles", "As 40.", above=0)
    if_none = "Name one or more genes that the treatment does not change."
    reference_genes = arguments.names("reference_genes=", reference_genes, if_none=if_none)
    genes = arguments.names("target, reference_genes=", [target, *reference_genes])
    known = {} if efficiency is None else efficiency
    given = arguments.numbers_by_name("efficiency=", known, above=0)
    arguments.raise_if_any()
    cq = read_table(
        cq, "relative_expression", columns=[*COLUMNS, condition, unit], numbers=("cq", "dilution"),
        once=("plate_id", "well", "gene"),
    )  # fmt: skip
    samples = cq[(cq["role"] == "sample") & cq["gene"].isin(genes)]
    AssayError.raise_if_any(
        _problems(
            cq,
            samples,
            genes=genes,
            condition=condition,
            unit=unit,
            calibrator=calibrator,
            n_cycles=n_cycles,
        )
    )
    efficiencies = {gene: _efficiency(cq, gene, given.get(gene), conf_level) for gene in genes}
    amounts, stability = _log2_amounts(
        samples, target, reference_genes, efficiencies, [unit, "experiment_id", condition]
    )
    unusable = [one.estimate for one in efficiencies.values() if _outside(one.estimate)]
    means = block_means(amounts, "log2_ratio", condition, unit, experiment="experiment_id").drop(
        columns="n_readings"
    )
    base = means[means[condition] == calibrator].set_index(unit)["log2_ratio"]
    means["log2_ratio"] -= means[unit].map(base)
    fold_change: BlockedContrasts | NotEstimable = NotEstimable(
        reason=f"the efficiency of {target} or a reference gene is unknown or outside 80 to 120%",
        measure="geometric_mean_ratio",
    )
    if not unusable:
        fold_change = blocked_contrasts(
            means.assign(**{target: 2.0 ** means["log2_ratio"]}), target, condition, unit,
            reference=calibrator, scale="log", conf_level=conf_level,
        )  # fmt: skip
    blanks = cq[(cq["role"] == "no_template") & cq["gene"].isin(genes)]
    return RelativeExpression(
        ratios=means,
        fold_change=fold_change,
        efficiencies=efficiencies,
        stability=stability,
        n_undetermined=int(samples["cq"].isna().sum()),
        n_late_blanks=int(blanks["cq"].notna().sum()),
    )


def _efficiency(cq: pd.DataFrame, gene: str, given: float | None, conf_level: float) -> Statistic:
    """Estimate per cent per cycle from the slope of cycles on log10 dilution."""
    if given is not None:
        estimate: Estimate | NotEstimable = Estimate(
            measure="amplification_efficiency", value=given, method="as given",
            no_interval="given, not measured",
        )  # fmt: skip
        return Statistic(term=gene, estimate=estimate)
    rows = cq[(cq["role"] == "dilution") & (cq["gene"] == gene) & (cq["dilution"] > 0)]
    rows = rows.dropna(subset=["cq"])
    if rows["dilution"].nunique() < _FEWEST_DILUTIONS:
        estimate = NotEstimable(
            reason="fewer than three dilutions", measure="amplification_efficiency"
        )
        return Statistic(term=gene, estimate=estimate, n=len(rows))
    line = linregress(np.log10(rows["dilution"]), rows["cq"])
    reach = float(t.isf((1 - conf_level) / 2, len(rows) - 2)) * float(line.stderr)
    value, low, high = (
        _per_cent(float(slope)) for slope in (line.slope, line.slope - reach, line.slope + reach)
    )
    if np.isinf(value):
        estimate = NotEstimable(
            reason="the cycles do not rise with dilution", measure="amplification_efficiency"
        )
        return Statistic(term=gene, estimate=estimate, n=len(rows))
    estimate = Estimate(
        measure="amplification_efficiency", value=value, conf_low=low, conf_high=high,
        conf_level=conf_level, method="slope of the dilution series",
    )  # fmt: skip
    return Statistic(term=gene, estimate=estimate, n=rows["dilution"].nunique())


def _per_cent(slope: float) -> float:
    """Give the efficiency of a slope; infinite where cycles hardly rise with dilution."""
    return 100 * (10 ** (-1 / slope) - 1) if slope < _FLATTEST else np.inf


def _outside(estimate: Estimate | NotEstimable) -> bool:
    low, high = ACCEPTED_EFFICIENCY
    return isinstance(estimate, NotEstimable) or not low <= estimate.value <= high


def _log2_amounts(
    samples: pd.DataFrame, target: str, reference_genes: Sequence[str],
    efficiencies: Mapping[str, Statistic], keys: list[str],
) -> tuple[pd.DataFrame, Statistic]:  # fmt: skip
    """Give log2 of target over references in every sample, and how stable the references are."""
    per_cycle = {
        gene: np.log2(1 + one.estimate.value / 100)
        for gene, one in efficiencies.items()
        if isinstance(one.estimate, Estimate)
    }
    wide = samples.pivot_table(index=keys, columns="gene", values="cq", sort=False, observed=True)
    wide = wide.reindex(columns=[target, *reference_genes])
    amounts = pd.DataFrame(
        {gene: -wide[gene] * per_cycle.get(gene, np.nan) for gene in [target, *reference_genes]}
    )
    references = amounts[list(reference_genes)]
    ratio = (amounts[target] - references.mean(axis="columns", skipna=False)).rename("log2_ratio")
    term = " and ".join(reference_genes)
    pairs = [
        float((references[one] - references[other]).std())
        for position, one in enumerate(reference_genes)
        for other in reference_genes[:position]
    ]
    estimate: Estimate | NotEstimable = NotEstimable(
        reason="one reference gene only", measure="reference_variation"
    )
    if pairs and not np.isnan(pairs).any():
        estimate = Estimate(
            measure="reference_variation", value=float(np.mean(pairs)),
            method="standard deviation of the log2 ratio of the reference genes",
            no_interval="describes these samples",
        )  # fmt: skip
    return ratio.reset_index(), Statistic(term=term, estimate=estimate, n=len(references))


def _problems(
    cq: pd.DataFrame, samples: pd.DataFrame, *, genes: Sequence[str], condition: str, unit: str,
    calibrator: str, n_cycles: float,
) -> Iterator[Problem]:  # fmt: skip
    where = "relative_expression(cq)"
    wrong = cq[(cq["cq"] <= 0) | (cq["cq"] > n_cycles)]
    if len(wrong):
        wells = (wrong["plate_id"].astype(str) + " " + wrong["well"].astype(str)).head(5)
        yield Problem(
            where=f"{where}, column cq, wells {', '.join(wells)}",
            expected=f"a cycle above 0 and at most {n_cycles:g}",
            found=f"others in {len(wrong)} wells",
            remedy="Leave a well blank where no product came up.",
        )
    unnamed = int(samples[[condition, unit, "experiment_id"]].isna().any(axis="columns").sum())
    if unnamed:
        yield Problem(
            where=where, expected=f"{unit}, {condition} and experiment_id of every sample",
            found=f"one of them missing in {unnamed} wells",
            remedy="Fill it in: a well without it would be left out.",
        )  # fmt: skip
    for gene in genes:
        if gene not in set(samples["gene"]):
            yield Problem(
                where=where, expected=f"samples of the gene {gene}", found="none",
                remedy=f"The genes are {', '.join(sorted(set(cq['gene'].dropna().astype(str))))}.",
            )  # fmt: skip
    if not samples[condition].isin([calibrator]).any():
        found = ", ".join(sorted({str(one) for one in samples[condition]}))
        yield Problem(
            where=where, expected=f"samples of the calibrator {tell_kind(calibrator)}",
            found=found or "none", remedy="Give one of these conditions as calibrator.",
        )  # fmt: skip

"""Does IL-6 trans-signalling raise matrix proteins of dermal fibroblasts, and their RNA?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from il6report.analyses.cell_culture import (
    ALONE,
    CONDITIONS,
    DONOR_GROUPS,
    PROTEINS,
    TRANS,
    UNTREATED,
    CellCulture,
    count,
    fold_over,
    per_donor,
    top_dose,
)
from il6report.analyses.families import adjust_by_plan
from il6report.assays.qpcr import relative_expression
from il6report.estimates import Measure, NotEstimable, Statistic, statistics_frame
from il6report.methods.block_comparisons import BlockedContrasts, blocked_contrasts
from il6report.methods.dose_curves import dose_response
from il6report.methods.pseudoreplication import false_positive_rates
from il6report.plan import AnalysisPlan

GENES: Mapping[str, tuple[str, ...]] = {
    "collagen I": ("COL1A1", "COL1A2"),
    "fibronectin": ("FN1",),
    "CTGF": ("CCN2",),
    "alpha-SMA": ("ACTA2",),
}
"""Protein to its transcripts."""
REFERENCE_GENES = ("GAPDH", "TBP")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FibroblastsResult:
    """Matrix proteins and RNA of fibroblasts under IL-6 and its receptor.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key, in the order of the report.
    points : DataFrame
        What the figure draws, as multiples of untreated cells of the same line: `target`,
        `condition`, `donor_group`, `line` (an arbitrary number), `fold`, `level` ("donor" or
        "experiment"); no identifiers.
    doses : DataFrame
        `target`, `dose_ng_ml`, `fold` of each line with its receptor, and the `line`.
    data_label : str
        "Simulated data", or empty.
    """

    statistics: Mapping[str, Statistic]
    points: pd.DataFrame
    doses: pd.DataFrame
    data_label: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def compare_fibroblasts(
    culture: CellCulture, plan: AnalysisPlan, *, data_label: str
) -> FibroblastsResult:
    """Compare matrix proteins and RNA of stimulated with untreated cells, line by line.

    Parameters
    ----------
    culture : CellCulture
        Blots and RNA; without blots only the counts are given.
    plan : AnalysisPlan
        Confidence level, families of tests and seed.
    data_label : str
        "Simulated data", or empty.

    Returns
    -------
    FibroblastsResult
        Ratios above 1 mean more than in untreated cells of the same line.
    """
    statistics = dict(_counts(culture))
    points = doses = pd.DataFrame()
    if culture.available:
        for target, key in PROTEINS.items():
            statistics |= dict(_protein(culture.ratios_of(target), target, key, plan))
        statistics |= dict(_rna(culture.qpcr, plan))
        statistics |= dict(_design(culture, plan))
        points, doses = _points(culture), _doses(culture)
    return FibroblastsResult(
        statistics=adjust_by_plan("fibroblasts", statistics, plan),
        points=points,
        doses=doses,
        data_label=data_label,
    )


def _counts(culture: CellCulture) -> Iterator[tuple[str, Statistic]]:
    for group, key in DONOR_GROUPS.items():
        lines = int((culture.donors["donor_group"] == group).sum())
        yield f"lines.{key}", count(f"donor lines, {group}", lines, group=group)
    ratios, excluded = culture.bands.ratios, culture.bands.excluded
    experiments = len(ratios[["donor_id", "experiment_id"]].drop_duplicates())
    yield "experiments", count("independent experiments", experiments)
    yield "bands", count("bands read", culture.bands.n_bands)
    for reason in ("saturated", "failed"):
        left_out = excluded.loc[excluded["reason"].str.endswith(reason), "n"].sum()
        yield f"bands.{reason}", count(f"bands left out, {reason}", int(left_out))


def _protein(
    ratios: pd.DataFrame, target: str, key: str, plan: AnalysisPlan
) -> Iterator[tuple[str, Statistic]]:
    values = per_donor(top_dose(ratios))
    chosen = values[values["condition"].isin([UNTREATED, *CONDITIONS])]
    found = _contrasts(chosen, UNTREATED, plan)
    rows = {row.group1: row for row in found.contrasts} if found else {}
    exact = {row.group1: row for row in found.permutation} if found else {}
    for condition, name in CONDITIONS.items():
        row = rows.get(condition) or _missing(target, "geometric_mean_ratio")
        yield f"protein.{key}.{name}", replace(row, term=target)
    row = exact.get(TRANS) or _missing(target, "geometric_mean_ratio")
    yield f"exact.{key}.trans", replace(row, term=target)
    pair = _contrasts(values[values["condition"].isin([ALONE, TRANS])], ALONE, plan)
    row = pair.contrasts[0] if pair else _missing(target, "geometric_mean_ratio")
    plain = row.test
    if not isinstance(plain, NotEstimable) and plain is not None:
        plain = replace(plain, p_adjusted=None, adjust_method=None)
    yield f"receptor.{key}", replace(row, term=target, test=plain)
    yield f"ec50.{key}", _ec50(ratios, target, plan)


def _contrasts(values: pd.DataFrame, reference: str, plan: AnalysisPlan) -> BlockedContrasts | None:
    if reference not in set(values["condition"]) or set(values["condition"]) == {reference}:
        return None
    found = blocked_contrasts(
        values, "ratio", "condition", "donor_id", reference=reference, scale="log",
        conf_level=plan.conf_level,
    )  # fmt: skip
    unadjusted = tuple(
        row
        if row.test is None or isinstance(row.test, NotEstimable)
        else replace(row, test=replace(row.test, p_adjusted=None, adjust_method=None))
        for row in found.permutation
    )
    return replace(found, permutation=unadjusted)


def _missing(term: str, measure: Measure) -> Statistic:
    estimate = NotEstimable(reason="the condition was not tested", measure=measure)
    return Statistic(term=term, n=0, estimate=estimate)


def _ec50(ratios: pd.DataFrame, target: str, plan: AnalysisPlan) -> Statistic:
    """Dose of half the effect, untreated cells being the dose of zero with receptor."""
    receptor_only = ratios["condition"] == "sIL-6R"
    series = ratios[receptor_only | (ratios["condition"] == TRANS)]
    by_dose = series.assign(condition=series["il6_ng_ml"].astype(str))
    values = per_donor(by_dose)
    curve = values.assign(dose=values["condition"].astype(float), log_ratio=np.log(values["ratio"]))
    if curve.loc[curve["dose"] > 0, "dose"].nunique() < 4:  # noqa: PLR2004 - the curve needs four
        return _missing(target, "ec50")
    found = dose_response(
        curve, "dose", "log_ratio", block="donor_id", unit="ng/mL", conf_level=plan.conf_level
    )
    return replace(found.ec50, term=target)


def _rna(qpcr: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    genes = [gene for some in GENES.values() for gene in some]
    available = set(qpcr.loc[qpcr["role"] == "sample", "gene"])
    for gene in genes:
        if not {gene, *REFERENCE_GENES} <= available:
            for name in CONDITIONS.values():
                yield f"rna.{gene.lower()}.{name}", _missing(gene, "geometric_mean_ratio")
            continue
        found = relative_expression(
            qpcr, target=gene, reference_genes=REFERENCE_GENES, condition="condition",
            calibrator=UNTREATED, unit="donor_id", conf_level=plan.conf_level,
        )  # fmt: skip
        yield (
            f"efficiency.{gene.lower()}",
            replace(found.efficiencies[gene], n=found.efficiencies[gene].n or 0),
        )
        yield from _fold_changes(found.fold_change, gene)
        if gene == genes[-1]:
            yield "reference_variation", found.stability
    blanks = qpcr.loc[qpcr["role"] == "no_template", "cq"].notna().sum()
    yield "late_blanks", count("controls without template that came up", int(blanks))


def _fold_changes(
    found: BlockedContrasts | NotEstimable, gene: str
) -> Iterator[tuple[str, Statistic]]:
    rows: dict[str | None, Statistic] = {}
    if isinstance(found, BlockedContrasts):
        rows = {row.group1: row for row in found.contrasts}
    for condition, name in CONDITIONS.items():
        if isinstance(found, NotEstimable):
            row = Statistic(term=gene, n=0, estimate=found)
        else:
            row = rows.get(condition) or _missing(gene, "geometric_mean_ratio")
        yield f"rna.{gene.lower()}.{name}", replace(row, term=gene)


def _design(culture: CellCulture, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    """Estimate how often repeats taken for donors would cry wolf, with the variation seen here."""
    found = [_variances(culture.ratios_of(target)) for target in PROTEINS]
    usable = [one for one in found if one is not None]
    term = "a condition without effect"
    if not usable:
        reason = "fewer than two lines with repeated experiments"
        estimate = NotEstimable(reason=reason, measure="percent")
        for name in ("repeats", "lines"):
            yield f"false_positives.{name}", Statistic(term=term, n=0, estimate=estimate)
        return
    between, within, lines, repeats = (
        float(np.mean([one[position] for one in usable])) for position in range(4)
    )
    n_lines, n_repeats = math.floor(lines), math.floor(repeats)
    rates = false_positive_rates(
        between_sd=max(between, 0.0) ** 0.5, within_sd=within**0.5, n_blocks=n_lines,
        n_repeats=n_repeats, seed=plan.seed, conf_level=plan.conf_level,
    )  # fmt: skip
    note = "simulated with the variation of the responses seen here, averaged over the proteins"
    for name, n, rate in zip(
        ("repeats", "lines"), (n_lines * n_repeats, n_lines), rates, strict=True
    ):
        yield f"false_positives.{name}", Statistic(term=term, n=n, estimate=rate, note=note)


def _variances(ratios: pd.DataFrame) -> tuple[float, float, int, int] | None:
    """Variance of the log response between and within lines, lines, and fewest repeats."""
    pairs = top_dose(ratios).pivot_table(
        index=["donor_id", "experiment_id"], columns="condition", values="ratio"
    )
    if not {UNTREATED, TRANS} <= set(pairs):
        return None
    responses = pairs[TRANS].map(math.log) - pairs[UNTREATED].map(math.log)
    by_line = responses.dropna().groupby("donor_id")
    repeats = by_line.size()
    if len(repeats) < 2 or repeats.min() < 2:  # noqa: PLR2004 - a variance needs two
        return None
    within = float(by_line.var().mean())
    between = float(by_line.mean().var()) - within / float(repeats.mean())
    return between, within, len(repeats), int(repeats.min())


def _points(culture: CellCulture) -> pd.DataFrame:
    groups = culture.donors.set_index("donor_id")["donor_group"]
    numbers = {donor: number for number, donor in enumerate(sorted(groups.index), 1)}
    shown = [UNTREATED, *CONDITIONS]
    parts = []
    for target in PROTEINS:
        ratios = top_dose(culture.ratios_of(target))
        ratios = ratios[ratios["condition"].isin(shown)]
        values = per_donor(ratios)
        base = values[values["condition"] == UNTREATED].set_index("donor_id")["ratio"]
        for level, rows in (("experiment", ratios), ("donor", values)):
            parts.append(
                pd.DataFrame(
                    {
                        "target": target,
                        "condition": rows["condition"],
                        "donor_group": rows["donor_id"].map(groups),
                        "line": rows["donor_id"].map(numbers),
                        "fold": rows["ratio"] / rows["donor_id"].map(base),
                        "level": level,
                    }
                ).dropna()
            )
    drawn = pd.concat(parts)
    keys = ["target", "level", "condition", "line", "fold"]
    return drawn.sort_values(keys, ignore_index=True)


def _doses(culture: CellCulture) -> pd.DataFrame:
    parts = []
    for target in PROTEINS:
        ratios = culture.ratios_of(target)
        ratios = ratios[ratios["condition"].isin([TRANS, "sIL-6R"])]
        by_dose = per_donor(ratios.assign(condition=ratios["il6_ng_ml"].astype(str)))
        folds = fold_over(by_dose, "0.0").reset_index().melt("donor_id", value_name="fold").dropna()
        parts.append(folds.assign(target=target))
    drawn = pd.concat(parts)
    numbers = {donor: number for number, donor in enumerate(sorted(drawn["donor_id"].unique()), 1)}
    return pd.DataFrame(
        {
            "target": drawn["target"],
            "dose_ng_ml": drawn["condition"].astype(float),
            "fold": drawn["fold"],
            "line": drawn["donor_id"].map(numbers),
        }
    ).sort_values(["target", "line", "dose_ng_ml"], ignore_index=True)

"""Is there more IL-6 in the skin of early dcSSc than in healthy skin?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from il6report.analyses.families import adjust_by_plan
from il6report.assays.immunohistochemistry import INTENSITIES, BiopsyScores
from il6report.estimates import Estimate, NotEstimable, Statistic, statistics_frame
from il6report.methods.ordinal import compare_ordinal
from il6report.methods.proportions import estimate_proportion
from il6report.methods.raters import agreement
from il6report.plan import AnalysisPlan

EARLY, CONTROL = "early dcSSc", "control"
GROUPS: Mapping[str, str] = {EARLY: "early", CONTROL: "control"}
"""Group of biopsies to its word in ledger identifiers."""
STAINS: Mapping[str, str] = {"IL-6": "il6", "phospho-STAT3": "pstat3", "alpha-SMA": "alpha_sma"}
CELL_TYPES: Mapping[str, str] = {
    "fibroblasts": "fibroblasts",
    "mononuclear cells": "mononuclear",
    "endothelial cells": "endothelial",
    "keratinocytes": "keratinocytes",
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SkinBiopsiesResult:
    """Stained skin of early dcSSc against healthy skin.

    Parameters
    ----------
    statistics : mapping of str to Statistic
        By ledger key, in the order of the report.
    scores : DataFrame
        What the figure draws, one row per biopsy, stain and cell type: `stain`, `cell_type`,
        `group`, `intensity`, `place` (from 1, by intensity within group); no identifiers.
    data_label : str
        "Simulated data", or empty.
    """

    statistics: Mapping[str, Statistic]
    scores: pd.DataFrame
    data_label: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic."""
        return statistics_frame(self.statistics.values())


def compare_skin_biopsies(
    scores: BiopsyScores, plan: AnalysisPlan, *, data_label: str
) -> SkinBiopsiesResult:
    """Compare staining between early dcSSc and controls, and the raters with each other.

    Parameters
    ----------
    scores : BiopsyScores
        Scores of all sections; without sections only the counts are given.
    plan : AnalysisPlan
        Confidence level and families of tests.
    data_label : str
        "Simulated data", or empty.

    Returns
    -------
    SkinBiopsiesResult
        Probabilities of superiority above 0.5 mean more staining in early dcSSc.
    """
    statistics = dict(_counts(scores))
    if len(scores.sections):
        statistics |= dict(_comparisons(scores.sections, plan))
        statistics |= dict(_agreements(scores.ratings, plan))
        statistics |= dict(_vessels(scores.vessels, plan))
    return SkinBiopsiesResult(
        statistics=adjust_by_plan("skin_biopsies", statistics, plan),
        scores=_drawn(scores.sections),
        data_label=data_label,
    )


def _counts(scores: BiopsyScores) -> Iterator[tuple[str, Statistic]]:
    sections = scores.sections
    for group, key in GROUPS.items():
        biopsies = sections.loc[sections["biopsy_group"] == group, "biopsy_id"].nunique()
        yield f"biopsies.{key}", _count(f"biopsies, {group}", biopsies, group)
    yield "sections", _count("sections", len(sections))
    yield "sections.unscored", _count("sections that a rater could not score", scores.n_unscored)


def _count(term: str, count: int, group: str | None = None) -> Statistic:
    estimate = Estimate(measure="count", value=float(count), method="count", no_interval="a count")
    return Statistic(term=term, group1=group, n=count, estimate=estimate)


def _comparisons(sections: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    for stain, stain_key in STAINS.items():
        for cells, cells_key in CELL_TYPES.items():
            chosen = (sections["stain"] == stain) & (sections["cell_type"] == cells)
            these = sections[chosen & sections["intensity"].notna()]
            term = f"{stain} in {cells}"
            for group, group_key in GROUPS.items():
                intensities = these.loc[these["biopsy_group"] == group, "intensity"]
                yield (
                    f"median.{stain_key}.{cells_key}.{group_key}",
                    _median(term, group, intensities),
                )
            yield f"score.{stain_key}.{cells_key}", _comparison(term, these, plan)


def _median(term: str, group: str, intensities: pd.Series) -> Statistic:
    estimate: Estimate | NotEstimable = NotEstimable(
        reason="no section was scored", measure="intensity_score"
    )
    if len(intensities):
        estimate = Estimate(
            measure="intensity_score", value=float(intensities.median()), method="median",
            no_interval="describes these biopsies",
        )  # fmt: skip
    return Statistic(term=term, group1=group, n=len(intensities), estimate=estimate)


def _comparison(term: str, sections: pd.DataFrame, plan: AnalysisPlan) -> Statistic:
    sizes = sections["biopsy_group"].value_counts()
    if any(sizes.get(group, 0) < 2 for group in GROUPS):  # noqa: PLR2004 - a spread needs two
        reason = "fewer than two biopsies scored in a group"
        estimate = NotEstimable(reason=reason, measure="probability_of_superiority")
        return Statistic(term=term, n=len(sections), estimate=estimate)
    found = compare_ordinal(
        sections, "intensity", "biopsy_group", reference=CONTROL, conf_level=plan.conf_level
    )
    return replace(found.statistic, term=term)


def _agreements(ratings: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    raters = [name for name in ratings if name not in {"biopsy_id", "biopsy_group", "stain",
                                                       "cell_type"}]  # fmt: skip
    note = "sections of one biopsy are taken for independent"
    for stain, key in STAINS.items():
        scored = ratings.loc[ratings["stain"] == stain, raters]
        term = f"agreement on {stain}"
        if len(raters) != 2 or scored.notna().all(axis="columns").sum() < 2:  # noqa: PLR2004
            estimate = NotEstimable(
                reason="there are not two raters of the same sections", measure="weighted_kappa"
            )
            yield f"kappa.{key}", Statistic(term=term, n=len(scored), estimate=estimate)
            continue
        kappa = agreement(scored, levels=INTENSITIES, conf_level=plan.conf_level)
        ac2 = agreement(scored, method="gwet_ac2", levels=INTENSITIES, conf_level=plan.conf_level)
        for name, one in (
            ("kappa", kappa.coefficient), ("ac2", ac2.coefficient), ("same", kappa.exact)
        ):  # fmt: skip
            notes = "; ".join(text for text in (one.note, note) if text)
            yield f"{name}.{key}", replace(one, term=term, note=notes)


def _vessels(vessels: pd.DataFrame, plan: AnalysisPlan) -> Iterator[tuple[str, Statistic]]:
    for group, key in GROUPS.items():
        seen = vessels.loc[vessels["biopsy_group"] == group, "vascular_il6"]
        present = int(seen.sum())
        estimate = estimate_proportion(
            present, len(seen), method="exact", conf_level=plan.conf_level
        )
        yield (
            f"vascular.{key}",
            Statistic(
                term="IL-6 in or around vessels", group1=group, n=len(seen), n_events=present,
                estimate=estimate,
            ),
        )  # fmt: skip


def _drawn(sections: pd.DataFrame) -> pd.DataFrame:
    keys = ["stain", "cell_type", "biopsy_group"]
    scored = sections.dropna(subset=["intensity"])[[*keys, "intensity"]]
    ordered = scored.sort_values([*keys, "intensity"], ignore_index=True)
    place = ordered.groupby(keys).cumcount() + 1
    return ordered.assign(place=place).rename(columns={"biopsy_group": "group"})

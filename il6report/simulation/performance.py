"""The rows of many studies, counted: what was rejected, covered and estimated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from il6report.analyses.beyond_accepted import TOGETHER
from il6report.analyses.headlines import HEADLINES
from il6report.estimates import LOG_SCALE
from il6report.plan import AnalysisPlan
from il6report.simulation.truth import Truth
from il6report.source import REPEATED_COLUMNS

NOT_NULL = frozenset({"survival.cox_adjusted.age_years"})
"""Tests of what is true also without effects: age bears on mortality whatever IL-6 does."""


def count_studies(
    rows: pd.DataFrame, truths: Mapping[str, Truth], plan: AnalysisPlan, *, effect_scale: float
) -> pd.DataFrame:
    """Count, claim by claim and family by family, what the analysis of many studies came to.

    Parameters
    ----------
    rows : DataFrame
        From `il6report.simulation.replicate.analyse_studies`.
    truths : mapping of str to Truth
        True values of the claims that have one.
    plan : AnalysisPlan
        Families of tests and the level at which they reject.
    effect_scale : float
        That of the studies.

    Returns
    -------
    DataFrame
        `REPEATED_COLUMNS`. `n_rejected` goes by p-values as they are, `n_rejected_adjusted` by
        those adjusted in their family where the plan adjusts; a test that could not be made does
        not reject. An interval covers where it holds the truth, its ends included.
    """
    judged = rows.assign(
        rejected=rows["p_value"] < 1 - plan.conf_level,
        rejected_adjusted=rows["p_adjusted"].fillna(rows["p_value"]) < 1 - plan.conf_level,
    )
    n_studies = rows["study"].nunique()
    counted = [
        *(
            _claim(key, judged[judged["id"] == key], truths.get(key), n_studies)
            for key in HEADLINES
        ),
        *_families(judged, plan),
    ]
    return (
        pd.DataFrame(counted)
        .assign(effect_scale=effect_scale)
        .reindex(columns=list(REPEATED_COLUMNS))
    )


def write_counts(path: Path, counts: pd.DataFrame, provenance: Mapping[str, str]) -> None:
    """Write the counts with a head that says where they come from, whole or not at all."""
    head = "".join(f"# {name}: {told}\n" for name, told in provenance.items())
    whole = counts.astype({name: "Int64" for name in REPEATED_COLUMNS if name.startswith("n_")})
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(
        head + whole.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline=""
    )
    unfinished.replace(path)


def _claim(key: str, found: pd.DataFrame, truth: Truth | None, n_studies: int) -> dict[str, object]:
    measure = HEADLINES[key].measure
    with np.errstate(divide="ignore"):
        values = np.log(found["estimate"]) if measure in LOG_SCALE else found["estimate"]
    finite = values[np.isfinite(values)]
    row: dict[str, object] = {
        "kind": "claim", "id": key, "measure": measure, "n_studies": n_studies,
        "n_estimated": len(finite), **_rejections(found),
        "mean": finite.mean(), "std_dev": finite.std(ddof=1),
    }  # fmt: skip
    if truth is None:
        return row
    given = found.dropna(subset=["conf_low", "conf_high"])
    covered = (given["conf_low"] <= truth.value) & (truth.value <= given["conf_high"])
    return row | {
        "n_intervals": len(given), "n_covered": int(covered.sum()),
        "truth": truth.value, "truth_error": truth.error,
    }  # fmt: skip


def _rejections(found: pd.DataFrame) -> dict[str, object]:
    return {f"n_{name}": int(found[name].sum()) for name in ("rejected", "rejected_adjusted")}


def _families(judged: pd.DataFrame, plan: AnalysisPlan) -> Iterator[dict[str, object]]:
    """Count the studies in which any test of a family rejects, of those that ask its question."""
    tested = judged[judged["p_value"].notna() & ~judged["id"].isin(NOT_NULL)]
    asked = tested["study"].groupby(tested["id"].str.split(".").str[0]).nunique()
    homes = {str(key): plan.family_of(str(key)) for key in tested["id"].unique()}
    for family in plan.families:
        members = [key for key, home in homes.items() if home == family]
        found = tested[tested["id"].isin(members)]
        if found.empty:
            continue
        n_studies = int(asked[members[0].split(".")[0]])
        name = family.name
        if family.adjust == "dunnett":
            quantity = found["id"].str.rsplit(".", n=1).str[0]
            yield _family(name, found.assign(quantity=quantity), ["study", "quantity"])
            name = f"{name}{TOGETHER}"
        yield _family(name, found, ["study"]) | {"n_studies": n_studies}


def _family(name: str, found: pd.DataFrame, keys: list[str]) -> dict[str, object]:
    any_of_them = found.groupby(keys)[["rejected", "rejected_adjusted"]].any()
    return {"kind": "family", "id": name, "n_studies": len(any_of_them), **_rejections(any_of_them)}

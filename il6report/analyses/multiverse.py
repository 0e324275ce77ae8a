"""Every combination of the plan's decisions, for one headline estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from il6report.decisions import Decision
from il6report.estimates import Estimate, Measure, NotEstimable, Statistic
from il6report.methods.brief_fits import Coefficient

Choice = Mapping[str, str]
"""Decision to the option chosen."""

_DESCRIBES = "describes the specifications, which are no sample"
# A smaller share of the variation is rounding, and not the same on every machine.
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Multiverse:
    """One estimate under every combination of decisions.

    Parameters
    ----------
    name : str
        Of the estimate: "ratio", "correlation" or "hazard".
    measure : Measure
        What is estimated.
    decisions : tuple of Decision
        What was varied; the first options are the main analysis.
    specifications : DataFrame
        One row per combination, the main analysis first: a column per decision with the option,
        `estimate`, `conf_low`, `conf_high` (on the scale of the measure), `n`, and `reason` where
        nothing could be estimated.
    """

    name: str
    measure: Measure
    decisions: tuple[Decision, ...]
    specifications: pd.DataFrame

    @property
    def estimated(self) -> pd.DataFrame:
        """The specifications that gave an estimate."""
        return self.specifications[self.specifications["reason"] == ""]

    def one(self, **options: str) -> Statistic:
        """Give one specification; decisions not named are as in the main analysis."""
        chosen = {
            one.name: options.get(one.name, next(iter(one.options))) for one in self.decisions
        }
        frame = self.specifications
        here = np.logical_and.reduce([frame[name] == option for name, option in chosen.items()])
        row = frame[here].iloc[0]
        estimate: Estimate | NotEstimable
        if row["reason"]:
            estimate = NotEstimable(reason=row["reason"], measure=self.measure)
        else:
            estimate = Estimate(
                measure=self.measure, value=row["estimate"], conf_low=row["conf_low"],
                conf_high=row["conf_high"], method="one specification of the multiverse",
            )  # fmt: skip
        return Statistic(term=self.name, n=int(row["n"]), estimate=estimate)


def explore(
    name: str,
    measure: Measure,
    decisions: tuple[Decision, ...],
    fit: Callable[[Choice], Coefficient | NotEstimable],
) -> Multiverse:
    """Fit every combination of the decisions.

    Parameters
    ----------
    name, measure, decisions
        As in `Multiverse`.
    fit : callable
        Gives the coefficient of one combination: a logarithm for ratios, Fisher's z for
        correlations.
    """
    back = np.tanh if measure == "spearman_rho" else np.exp
    rows: list[dict[str, object]] = []
    for options in product(*(one.options for one in decisions)):
        choice = {one.name: option for one, option in zip(decisions, options, strict=True)}
        found = fit(choice)
        if isinstance(found, NotEstimable):
            ends, n, reason = (np.nan, np.nan, np.nan), 0, found.reason
        else:
            with np.errstate(over="ignore"):
                ends = tuple(float(back(end)) for end in (found.value, found.low, found.high))
            n, reason = found.n, ""
        rows.append(
            {
                **choice, "estimate": ends[0], "conf_low": ends[1], "conf_high": ends[2],
                "n": n, "reason": reason,
            }
        )  # fmt: skip
    return Multiverse(
        name=name, measure=measure, decisions=decisions, specifications=pd.DataFrame(rows)
    )


def describe_multiverse(multiverse: Multiverse) -> Iterator[tuple[str, Statistic]]:
    """Say how far the estimate holds over all specifications, and which decision moves it.

    Yields
    ------
    tuple of str and Statistic
        Ledger key below the estimate's name and the statistic. `same_direction` and `excludes_null`
        are shares of the specifications with an estimate; the latter counts intervals that exclude
        no effect in the direction of the main analysis. `share.<decision>` is the part of the
        variance of the estimates (logarithms of ratios, Fisher's z) that this decision accounts for
        beyond all others; what is left belongs to combinations.
    """
    found = multiverse.estimated
    total, estimated = len(multiverse.specifications), len(found)
    yield (
        "specifications",
        _described("specifications", "count", float(estimated), n=total, n_events=estimated),
    )
    measures = {"median": 0.5, "lowest": 0.0, "highest": 1.0}
    for key, share in measures.items():
        if estimated:
            value = float(found["estimate"].quantile(share, interpolation="nearest"))
            yield key, _described(f"{key} estimate", multiverse.measure, value, n=estimated)
        else:
            yield key, _nothing(f"{key} estimate", multiverse.measure, total)
    yield from _agreement(multiverse)
    yield from _variance_shares(multiverse)


def _agreement(multiverse: Multiverse) -> Iterator[tuple[str, Statistic]]:
    found, null = multiverse.estimated, 0.0 if multiverse.measure == "spearman_rho" else 1.0
    main = multiverse.specifications.iloc[0]
    if found.empty or main["reason"]:
        for key in ("same_direction", "excludes_null"):
            yield key, _nothing(key.replace("_", " "), "percent", len(multiverse.specifications))
        return
    upwards = main["estimate"] > null
    same = (found["estimate"] > null) == upwards
    clear = (found["conf_low"] > null) if upwards else (found["conf_high"] < null)
    for key, holds in (("same_direction", same), ("excludes_null", clear)):
        count = int(holds.sum())
        yield (
            key,
            _described(
                key.replace("_", " "),
                "percent",
                100 * count / len(found),
                n=len(found),
                n_events=count,
            ),
        )


def _variance_shares(multiverse: Multiverse) -> Iterator[tuple[str, Statistic]]:
    found = multiverse.estimated
    link = np.arctanh if multiverse.measure == "spearman_rho" else np.log
    values = pd.Series(link(found["estimate"].to_numpy(float)), index=found.index)
    spread = float(((values - values.mean()) ** 2).sum())
    everything = _left_over(values, found[[one.name for one in multiverse.decisions]])
    for decision in multiverse.decisions:
        key, term = f"share.{decision.name}", decision.label
        if not spread > 0:
            yield key, _nothing(term, "percent", len(multiverse.specifications))
            continue
        others = [one.name for one in multiverse.decisions if one != decision]
        share = (_left_over(values, found[others]) - everything) / spread
        share = 100 * share if share > _ROUNDING else 0.0
        yield key, _described(term, "percent", share, n=len(found))


def _left_over(values: pd.Series, options: pd.DataFrame) -> float:
    """Give the sum of squares that the decisions, each by itself, do not account for."""
    design = pd.get_dummies(options, dtype=float).assign(constant=1.0).to_numpy()
    residual = values.to_numpy() - design @ np.linalg.lstsq(design, values.to_numpy())[0]
    return float(residual @ residual)


def _described(
    term: str, measure: Measure, value: float, *, n: int, n_events: int | None = None
) -> Statistic:
    estimate = Estimate(
        measure=measure, value=value, method="over all specifications", no_interval=_DESCRIBES
    )
    return Statistic(term=term, n=n, n_events=n_events, estimate=estimate)


def _nothing(term: str, measure: Measure, n: int) -> Statistic:
    reason = "the specifications give no estimates, or all the same one"
    return Statistic(term=term, n=n, estimate=NotEstimable(reason=reason, measure=measure))

"""Every public function that reads a frame, on data that suit it, with the roles of its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import il6report
from il6report.estimates import Estimate, NotEstimable, Statistic, statistics_frame

Call = Callable[..., Any]
DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, kw_only=True)
class PublicCall:
    """A function, data for it, and what each column is.

    Parameters
    ----------
    name : str
        Name of the public function, with a method where it has several.
    call : callable
        Calls it on a frame; takes options as keywords.
    data : DataFrame
        Data that suit it; a copy is made before anything is spoilt.
    numbers, positive, yes_no, groups : tuple of str
        Columns of numbers, of numbers above zero, of 0/1, and of labels.
    options : tuple of str
        Arguments that take one of several words.
    """

    name: str
    call: Call
    data: pd.DataFrame
    numbers: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    yes_no: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    options: tuple[str, ...] = field(default=())

    @property
    def numeric(self) -> tuple[str, ...]:
        return (*self.numbers, *self.positive)

    def run(self, frame: pd.DataFrame | None = None, **options: object) -> pd.DataFrame:
        found = self.call(self.data if frame is None else frame, **options)
        if isinstance(found, Estimate | NotEstimable):
            return statistics_frame([Statistic(term=self.name, estimate=found)])
        return found.to_frame() if hasattr(found, "to_frame") else found


@cache
def cohort(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(2012)
    x = rng.normal(size=n).round(2)
    years = (rng.exponential(6, n) + 0.1).round(1)
    y = np.exp(0.4 * x + rng.normal(size=n)).round(2) + 0.01
    return pd.DataFrame(
        {
            "id": np.arange(n),
            "x": x,
            "z": rng.integers(1, 60, n),
            "y": y,
            "limited": np.maximum(y, 0.6),
            "below": (y < 0.6).astype(int),
            "x_below": 0,
            "years": years,
            "died": rng.integers(0, 2, n),
            "cause": rng.integers(0, 3, n),
            "arm": np.resize(["a", "b"], n),
            "kind": np.resize(["p", "q", "r"], n),
            "stratum": np.repeat(["one", "two"], n // 2),
            "pair": np.arange(n) // 2,
            "block": np.arange(n) // 3,
            "dose": np.resize([0.0, 1, 3, 10, 30, 100, 300, 1000], n),
            "high": (x > 0).astype(int),
        }
    ).assign(
        effect=lambda d: (1 + 2 * d["dose"] / (d["dose"] + 20) + 0.05 * x).round(3),
        dilution=np.resize([1, 2, 4, 8], n),
        read=lambda d: (
            (np.repeat(rng.uniform(50, 200, n // 4), 4) / d["dilution"]).round(3)
            + 0.1 * d["y"].round(1)
        ),
        sample=np.arange(n) // 4,
    )


@cache
def wells() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    dose = np.repeat([0.0, 3, 10, 30, 100, 300, 1000], 2)
    od = 0.05 + 3 / (1 + (np.maximum(dose, 1e-9) / 90) ** -1.2)
    noise = 1 + 0.01 * rng.standard_normal(2 * len(dose))
    return pd.DataFrame(
        {
            "pg_ml": np.tile(dose, 2),
            "od": np.tile(od, 2) * noise,
            "what": ["standard"] * len(dose) + ["serum"] * len(dose),
        }
    )


def assays() -> list[PublicCall]:
    """List those that read raw files of a study."""
    r, raw = il6report, il6report.read_study(DATA)
    blots = raw.immunoblots.query("target in ['GAPDH', 'CTGF'] and time_min == 2880")
    return [
        PublicCall(
            name="quantify_plates",
            call=r.quantify_plates,
            data=raw.elisa_plates.reset_index(drop=True),
            numbers=("absorbance", "dilution_factor"),
        ),
        PublicCall(
            name="relative_expression",
            call=lambda d, **o: r.relative_expression(
                d, target="FN1", reference_genes=["GAPDH", "TBP"], condition="condition",
                calibrator="untreated", unit="donor_id", **o,
            ),
            data=raw.qpcr.query("gene in ['FN1', 'GAPDH', 'TBP']").reset_index(drop=True),
            numbers=("cq",),
        ),
        PublicCall(
            name="normalise_bands",
            call=lambda d, **o: r.normalise_bands(
                d, target="target", loading_control="GAPDH", experiment=["donor_id"],
                condition=["condition"], **o,
            ),
            data=blots.reset_index(drop=True),
            numbers=("density",),
        ),
        PublicCall(
            name="score_biopsies",
            call=r.score_biopsies,
            data=raw.biopsies.reset_index(drop=True),
            numbers=("intensity",),
        ),
    ]  # fmt: skip


def calls(n: int = 48) -> list[PublicCall]:
    """List them on n rows, a multiple of 4, those of raw files on what the study has.

    A function with methods that read other columns stands here several times.
    """
    r, data = il6report, cohort(n)
    survival = {"positive": ("years",), "yes_no": ("died",)}
    return [
        *assays(),
        *(
            PublicCall(
                name=f"compare_two_groups {method}",
                call=lambda d, method=method, **o: r.compare_two_groups(
                    d, "y", "arm", **{"method": method, **o}
                ),
                data=data,
                numbers=("y",),
                groups=("arm",),
                options=("method", "reference"),
            )
            for method in ("mann_whitney", "welch", "student", "permutation")
        ),
        *(
            PublicCall(
                name=f"compare_two_groups {method}, censored",
                call=lambda d, method=method, **o: r.compare_two_groups(
                    d, "limited", "arm", **{"method": method, **o}, below_limit="below"
                ),
                data=data,
                numbers=("limited",),
                yes_no=("below",),
                groups=("arm",),
                options=("method", "reference"),
            )
            for method in ("mann_whitney", "censored_lognormal", "peto_peto")
        ),
        *(
            PublicCall(
                name=f"compare_groups {method}",
                call=lambda d, method=method, **o: r.compare_groups(
                    d, "y", "kind", **{"method": method, **o}
                ),
                data=data,
                numbers=("y",),
                groups=("kind",),
                options=("method", "pairwise", "adjust"),
            )
            for method in ("kruskal_wallis", "welch_anova", "peto_peto", "jonckheere")
        ),
        *(
            PublicCall(
                name=f"compare_proportions {method}",
                call=lambda d, method=method, **o: r.compare_proportions(
                    d, "died", "kind", **{"method": method, **o}
                ),
                data=data,
                groups=("kind",),
                options=("method", "event"),
            )
            for method in ("fisher", "chi2", "trend")
        ),
        *(
            PublicCall(
                name=f"compare_paired {method}",
                call=lambda d, method=method, **o: r.compare_paired(
                    d, "y", "arm", "pair", **{"method": method, **o}
                ),
                data=data,
                numbers=("y",),
                groups=("arm",),
                options=("method", "reference"),
            )
            for method in ("t", "signed_rank")
        ),
        PublicCall(
            name="compare_to_value",
            call=lambda d, **o: r.compare_to_value(d, "y", value=1, **o),
            data=data,
            numbers=("y",),
            options=("method",),
        ),
        *(
            PublicCall(
                name=f"correlate {method}",
                call=lambda d, method=method, **o: r.correlate(
                    d, "y", "z", **{"method": method, **o}
                ),
                data=data,
                numbers=("y", "z"),
                options=("method",),
            )
            for method in ("spearman", "pearson", "kendall")
        ),
        PublicCall(
            name="correlate partial",
            call=lambda d, **o: r.correlate(
                d, "y", "z", **{"method": "partial", **o}, adjust_for=["x", "arm"]
            ),
            data=data,
            numbers=("y", "z"),
            options=("method",),
        ),
        PublicCall(
            name="correlate kendall, censored",
            call=lambda d, **o: r.correlate(
                d, "limited", "z", **{"method": "kendall", **o}, below_limit="below"
            ),
            data=data,
            numbers=("limited", "z"),
            yes_no=("below",),
            options=("method",),
        ),
        PublicCall(
            name="fit_censored_lognormal",
            call=lambda d, **o: r.fit_censored_lognormal(
                d, "limited", "below", predictors=["x", "arm"], **o
            ),
            data=data,
            positive=("limited",),
            yes_no=("below",),
        ),
        PublicCall(
            name="regression_on_order",
            call=lambda d, **o: r.regression_on_order(d, "limited", "below", **o),
            data=data,
            positive=("limited",),
            yes_no=("below",),
        ),
        PublicCall(
            name="kaplan_meier",
            call=lambda d, **o: r.kaplan_meier(d, "years", "died", group="arm", **o),
            data=data,
            **survival,
        ),
        PublicCall(
            name="logrank",
            call=lambda d, **o: r.logrank(d, "years", "died", "arm", strata="stratum", **o),
            data=data,
            **survival,
        ),
        *(
            PublicCall(
                name=f"cox {name}",
                call=lambda d, given=given, **o: r.cox(
                    d, "years", "died", ["z", "arm"], **given, **o
                ),
                data=data,
                **survival,
                options=tuple(o for o in ("ties", "penalty", "interval") if o not in given),
            )
            for name, given in (
                ("wald", {}),
                ("profile", {"interval": "profile"}),
                ("firth", {"penalty": "firth"}),
                ("stratified", {"strata": "stratum"}),
            )
        ),
        PublicCall(
            name="restricted_mean_survival",
            call=lambda d, **o: r.restricted_mean_survival(d, "years", "died", "arm", tau=4, **o),
            data=data,
            **survival,
        ),
        PublicCall(
            name="landmark",
            call=lambda d, **o: r.landmark(d, "years", "died", at=1, **o),
            data=data,
            **survival,
        ),
        PublicCall(
            name="cumulative_incidence",
            call=lambda d, **o: r.cumulative_incidence(d, "years", "cause", group="arm", **o),
            data=data,
            positive=("years",),
        ),
        PublicCall(
            name="accelerated_failure_time",
            call=lambda d, **o: r.accelerated_failure_time(d, "years", "died", ["z", "arm"], **o),
            data=data,
            **survival,
            options=("distribution",),
        ),
        PublicCall(
            name="spline_hazard",
            call=lambda d, **o: r.spline_hazard(d, "z", "years", "died", adjust_for=["x"], **o),
            data=data,
            **survival,
            numbers=("z",),
        ),
        PublicCall(
            name="select_cutpoint",
            call=lambda d, **o: r.select_cutpoint(
                d, "z", "years", "died", seed=1, n_bootstrap=5, n_permutations=19, **o
            ),
            data=data,
            **survival,
            numbers=("z",),
        ),
        PublicCall(
            name="validate_concordance",
            call=lambda d, **o: r.validate_concordance(
                d, "years", "died", ["z"], seed=1, n_bootstrap=5, **o
            ),
            data=data,
            **survival,
        ),
        PublicCall(
            name="roc",
            call=lambda d, **o: r.roc(d, "z", "died", **o),
            data=data,
            numbers=("z",),
            yes_no=("died",),
        ),
        PublicCall(
            name="time_dependent_roc",
            call=lambda d, **o: r.time_dependent_roc(d, "z", "years", "died", times=[3, 6], **o),
            data=data,
            **survival,
            numbers=("z",),
        ),
        PublicCall(
            name="ratio_of_means",
            call=lambda d, **o: r.ratio_of_means(d, "y", "z", **o),
            data=data,
            numbers=("y", "z"),
            options=("method",),
        ),
        PublicCall(
            name="describe",
            call=lambda d, **o: r.describe(d, ["y", "z", "kind"], by="arm", **o),
            data=data,
            options=("reference",),
        ),
        *(
            PublicCall(
                name=f"agreement {method}",
                call=lambda d, method=method, **o: r.agreement(
                    d[["high", "died"]] if len(d) else d, **{"method": method, **o}
                ),
                data=data,
                numbers=("high", "died"),
                options=("method",),
            )
            for method in ("weighted_kappa", "gwet_ac2", "icc")
        ),
        PublicCall(
            name="bland_altman",
            call=lambda d, **o: r.bland_altman(d, "y", "limited", **o),
            data=data,
            numbers=("y", "limited"),
        ),
        PublicCall(
            name="mixed_model",
            call=lambda d, **o: r.mixed_model(d, "y ~ x", groups="sample", **o),
            data=data,
            numbers=("y",),
        ),
        PublicCall(
            name="blocked_contrasts",
            call=lambda d, **o: r.blocked_contrasts(
                d, "y", "kind", "block", **{"reference": "p", **o}
            ),
            data=data,
            numbers=("y",),
            options=("reference", "adjust", "scale"),
        ),
        PublicCall(
            name="block_means",
            call=lambda d, **o: r.block_means(d, "y", "kind", "block", **o),
            data=data,
            numbers=("y",),
            options=("scale",),
        ),
        PublicCall(
            name="dose_response",
            call=lambda d, **o: r.dose_response(d, "dose", "effect", block="stratum", **o),
            data=data,
            numbers=("dose", "effect"),
        ),
        PublicCall(
            name="dilution_linearity",
            call=lambda d, **o: r.dilution_linearity(
                d, concentration="read", dilution_factor="dilution", sample="sample", **o
            ),
            data=data,
            positive=("read", "dilution"),
        ),
        PublicCall(
            name="fit_standard_curve",
            call=lambda d, **o: r.fit_standard_curve(
                d, concentration="pg_ml", response="od", **o
            ),
            data=wells(),
            numbers=("pg_ml", "od"),
            options=("model", "weights"),
        ),
        PublicCall(
            name="fit_parallel_curves",
            call=lambda d, **o: r.fit_parallel_curves(
                d, concentration="pg_ml", response="od", preparation="what",
                **{"reference": "standard", **o},
            ),
            data=wells().query("pg_ml > 0").reset_index(drop=True),
            positive=("pg_ml", "od"),
            groups=("what",),
            options=("reference", "weights"),
        ),
    ]  # fmt: skip

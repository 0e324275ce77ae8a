"""The three headline estimates as functions of the decisions behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from il6report.analyses.multiverse import Choice
from il6report.estimates import NotEstimable
from il6report.methods.brief_fits import Coefficient, correlation_z, log_hazard, log_ratio
from il6report.methods.pooling import pool_estimates
from il6report.plan import AnalysisPlan

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Fit = Callable[[Choice], Coefficient | NotEstimable]

_SUBSTITUTE = {"limit": 1.0, "root": 2**-0.5, "half": 0.5}
_HIGH_PLATELETS = 450.0
_EARLY_MONTHS = 60.0
_HORIZON_YEARS = 10.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class People:
    """Columns of participants as arrays, so that a thousand fits read them cheaply.

    Parameters
    ----------
    frame : DataFrame
        Participants in their order, with `flagged`: whether their IL-6 carries a flag.
    log2_crp : array of shape (imputations, n)
        Completed copies; none where imputation was impossible.
    """

    frame: pd.DataFrame
    log2_crp: FloatArray

    def numbers(self, column: str) -> FloatArray:
        """Give a column as floats, missing as NaN."""
        return self.frame[column].to_numpy(dtype=np.float64, na_value=np.nan)

    def equals(self, column: str, value: str) -> BoolArray:
        """Tell in whom a column has a value; false where it is missing."""
        return (self.frame[column].astype(object) == value).to_numpy(dtype=np.bool_)

    def covariates(self, names: Iterable[str]) -> FloatArray:
        """Give covariates as columns: quantities as they are, sex as male."""
        columns = [
            self.equals("sex", "male").astype(np.float64) if name == "sex" else self.numbers(name)
            for name in names
        ]
        return np.column_stack([np.empty((len(self.frame), 0)), *columns])


_COVARIATES: dict[str, tuple[str, ...]] = {
    "none": (), "age": ("age_years",), "sex": ("sex",), "age_sex": ("age_years", "sex"),
    "age_crp": ("age_years",), "strata": (), "strata_age_sex": ("age_years", "sex"),
}  # fmt: skip


def ratio_fit(people: People, plan: AnalysisPlan) -> Fit:
    """Fit geometric mean IL-6 in dcSSc with high platelets against controls."""
    il6, below = people.numbers("il6_pg_ml"), people.frame["il6_below_quantitation"].to_numpy(bool)
    platelets = people.numbers("platelets_10e9_l")
    control = people.equals("disease_subset", "control")
    diffuse = people.equals("disease_subset", "dcSSc")
    stratum = people.equals("sampling_stratum", "high_platelets")
    unknown = people.equals("subset_source", "assumed")
    flagged = people.frame["flagged"].to_numpy(bool)

    def fit(choice: Choice) -> Coefficient | NotEstimable:
        many = platelets > _HIGH_PLATELETS
        cases = diffuse & (many if choice["platelets"] == "above_450" else stratum)
        if choice["unknown_subset"] == "diffuse":
            cases |= unknown & many
        rows = control | cases
        if choice["flagged"] == "left_out":
            rows &= ~flagged
        if not (rows & control).any() or not (rows & cases).any():
            return NotEstimable(reason="nobody in one of the groups")
        limit = plan.il6_lloq_pg_ml * (2.0 if choice["limit"] == "doubled" else 1.0)
        under = below | (il6 < limit)
        value = np.where(under, np.maximum(il6, limit), il6)
        censored = under if choice["below_limit"] == "censored" else np.zeros_like(under)
        value = np.where(under, value * _SUBSTITUTE.get(choice["below_limit"], 1.0), value)
        x = np.column_stack(
            [cases.astype(np.float64), people.covariates(_COVARIATES[choice["covariates"]])]
        )
        return log_ratio(np.log(value[rows]), censored[rows], x[rows], conf_level=plan.conf_level)

    return fit


def correlation_fit(people: People, plan: AnalysisPlan) -> Fit:
    """Fit the correlation of IL-6 with CRP among patients."""
    il6, below = people.numbers("il6_pg_ml"), people.frame["il6_below_quantitation"].to_numpy(bool)
    crp = people.numbers("log2_crp")
    groups = {
        "all": ~people.equals("disease_subset", "control"),
        "diffuse": people.equals("disease_subset", "dcSSc"),
    }
    groups["subset_known"] = groups["all"] & ~people.equals("subset_source", "assumed")
    strata = pd.get_dummies(people.frame["analysis_group"]).to_numpy(np.float64)
    flagged = people.frame["flagged"].to_numpy(bool)

    def fit(choice: Choice) -> Coefficient | NotEstimable:
        ranked = choice["scale"].startswith("ranks")
        rows = groups[choice["patients"]].copy()
        if choice["scale"].endswith("above"):
            rows &= ~below
        if choice["flagged"] == "left_out":
            rows &= ~flagged
        if choice["missing"] == "complete":
            rows &= ~np.isnan(crp)
        value = np.log2(np.where(below & (choice["scale"] == "log_half"), il6 / 2, il6))
        covariates = people.covariates(_COVARIATES[choice["covariates"]])[rows]
        if ranked and covariates.size:
            covariates = rankdata(covariates, axis=0)
        by_stratum = (
            strata[rows] if choice["covariates"].startswith("strata") else strata[rows][:, :0]
        )
        held = np.column_stack([covariates, by_stratum])

        def one(other: FloatArray) -> Coefficient | NotEstimable:
            return correlation_z(
                value[rows], other[rows], held, ranked=ranked, conf_level=plan.conf_level
            )

        return _over_copies(one, crp, rows, people, plan)

    return fit


def hazard_fit(people: People, plan: AnalysisPlan) -> Fit:
    """Fit the hazard ratio of high IL-6 in patients who were followed."""
    time, death = people.numbers("followup_years"), people.numbers("death_observed")
    il6, below = people.numbers("il6_pg_ml"), people.frame["il6_below_quantitation"].to_numpy(bool)
    high, crp = people.numbers("il6_high"), people.numbers("log2_crp")
    followed = ~(np.isnan(time) | np.isnan(death) | np.isnan(high))
    diffuse = people.equals("disease_subset", "dcSSc")
    duration = people.numbers("disease_duration_months")
    groups = {
        "diffuse": diffuse,
        "with_unknown": diffuse | people.equals("subset_source", "assumed"),
        "early": diffuse & (duration <= _EARLY_MONTHS),
    }

    def fit(choice: Choice) -> Coefficient | NotEstimable:
        rows = groups[choice["patients"]] & followed
        if choice["missing"] == "complete":
            rows = rows & ~np.isnan(crp)
        if not rows.any():
            return NotEstimable(reason="nobody was followed")
        exposure = _exposure(choice["il6"], il6[rows], below[rows], high[rows])
        if isinstance(exposure, NotEstimable):
            return exposure
        until = _HORIZON_YEARS if choice["horizon"] == "ten_years" else np.inf
        event = (death[rows] == 1) & (time[rows] <= until)
        covariates = people.covariates(_COVARIATES[choice["covariates"]])[rows]
        with_crp = choice["covariates"] == "age_crp"

        def one(other: FloatArray) -> Coefficient | NotEstimable:
            added = [other[rows]] if with_crp else []
            return log_hazard(
                np.minimum(time[rows], until), event,
                np.column_stack([exposure, covariates, *added]),
                penalised=choice["penalty"] == "firth", conf_level=plan.conf_level,
            )  # fmt: skip

        return _over_copies(one, crp, rows, people, plan) if with_crp else one(crp)

    return fit


def _exposure(
    option: str, il6: FloatArray, below: BoolArray, high: FloatArray
) -> FloatArray | NotEstimable:
    """Give IL-6 as a yes/no above a cut, or as log2 in units of the contrast of the planned cut."""
    if option == "planned":
        return high
    if not option.startswith("log"):
        return (il6 > np.quantile(il6, 1 / 2 if option == "median" else 2 / 3)).astype(np.float64)
    value = np.log2(np.where(below & (option == "log_half"), il6 / 2, il6))
    if not 0 < high.sum() < len(high):
        return NotEstimable(reason="all patients are in one IL-6 category")
    return value / (value[high == 1].mean() - value[high == 0].mean())


def _over_copies(
    one: Callable[[FloatArray], Coefficient | NotEstimable],
    crp: FloatArray,
    rows: BoolArray,
    people: People,
    plan: AnalysisPlan,
) -> Coefficient | NotEstimable:
    """Fit once where CRP is known in everybody analysed, else in every completed copy."""
    if not np.isnan(crp[rows]).any():
        return one(crp)
    if not len(people.log2_crp):
        return NotEstimable(reason="too few values were observed to impute the others")
    return pool_coefficients([one(copy) for copy in people.log2_crp], plan)


def pool_coefficients(
    found: Sequence[Coefficient | NotEstimable], plan: AnalysisPlan
) -> Coefficient | NotEstimable:
    """Pool the fits of several copies of the data by Rubin's rules."""
    fits = [fit for fit in found if isinstance(fit, Coefficient)]
    if len(fits) < len(found):
        return next(fit for fit in found if isinstance(fit, NotEstimable))
    pooled = pool_estimates([fit.value for fit in fits], [fit.std_error for fit in fits])
    low, high = pooled.interval(plan.conf_level)
    return Coefficient(
        value=pooled.value, std_error=pooled.std_error, low=low, high=high, n=fits[0].n
    )

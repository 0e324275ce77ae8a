"""How much higher is the hazard? Cox's proportional hazards model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray
from il6report.methods.concordance import harrell_concordance
from il6report.methods.cox_fit import CoxFit, fit_cox
from il6report.methods.cox_ratios import (
    about_terms,
    likelihood_ratio_test,
    profile_ratio,
    wald_ratio,
)
from il6report.methods.design import DesignColumn, design_matrix
from il6report.methods.follow_up import FollowUp, read_follow_up
from il6report.methods.partial_likelihood import Ties
from il6report.methods.proportional_hazards import ProportionalHazards, check_proportional_hazards

Interval = Literal["wald", "profile"]
Penalty = Literal["firth"]
METHODS: dict[Penalty | None, str] = {None: "Cox model", "firth": "Cox model, Firth's penalty"}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CoxResult:
    """A Cox model: hazard ratios and what a reader needs to judge them.

    Parameters
    ----------
    terms : mapping of str to Statistic
        Hazard ratio of each coefficient with interval and test, by column name ("age_years") or
        column and level ("disease_subset=dcSSc").
    likelihood_ratio : HypothesisTest or NotEstimable
        Test of all coefficients together.
    log_likelihood, log_likelihood_null : float
        Partial (penalised, where a penalty was asked for) log likelihood of the model and of the
        model without predictors.
    concordance : Statistic
        Harrell's C of the model in the data it was fitted to, hence optimistic.
    events_per_variable : Statistic
        Events per coefficient; below about 10 estimates are unstable.
    proportional_hazards : ProportionalHazards or NotEstimable
        Score tests and Schoenfeld residuals.
    log_covariance : array of shape (coefficients, coefficients)
        Covariance of the log hazard ratios; missing where one could not be estimated.
    n, n_events, n_missing : int
        Rows analysed, events among them, rows left out because something is missing.
    """

    terms: Mapping[str, Statistic]
    likelihood_ratio: HypothesisTest | NotEstimable
    log_likelihood: float
    log_likelihood_null: float
    concordance: Statistic
    events_per_variable: Statistic
    proportional_hazards: ProportionalHazards | NotEstimable
    log_covariance: FloatArray
    n: int
    n_events: int
    n_missing: int

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance of the log hazard ratios, by their keys."""
        return pd.DataFrame(self.log_covariance, index=list(self.terms), columns=list(self.terms))

    def to_frame(self) -> pd.DataFrame:
        """Give one row per coefficient: the hazard ratio, its interval and its test."""
        return statistics_frame(self.terms.values())


def cox(
    data: pd.DataFrame,
    time: str,
    event: str,
    predictors: Sequence[str],
    *,
    ties: Ties = "efron",
    penalty: Penalty | None = None,
    interval: Interval | None = None,
    strata: str | None = None,
    conf_level: float = 0.95,
) -> CoxResult:
    """Estimate hazard ratios: by how much each predictor multiplies the hazard of the event.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit (which
        changes no hazard ratio).
    event : str
        Column that is 1 where the event was observed and 0 where follow-up ended without it.
    predictors : sequence of str
        Columns. A number gives the hazard ratio per unit; text or a Categorical one hazard ratio
        per level against the first. Above 1 means a higher hazard, hence shorter survival.
    ties : {"efron", "breslow"}
        How events at the same time are handled; Efron's rule is the more accurate.
    penalty : {"firth"}, optional
        Penalise by Firth's method: finite, less biased estimates where events are few or a
        predictor separates them completely.
    interval : {"wald", "profile"}, optional
        Where the intervals and p-values of the hazard ratios come from. "wald": the normal
        approximation that R, SAS and Stata print; the default without a penalty. "profile": the
        profile likelihood and the likelihood-ratio test, better with few events and able to give
        one finite end; the default with a penalty. Standard errors are Wald's in either case.
    strata : str, optional
        Column of groups that may differ in any way from each other in how the hazard runs over
        time: people are compared within them only, and they get no hazard ratio.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    CoxResult
        Hazard ratios; a coefficient that has no estimate is `NotEstimable` with its reason: nobody
        had the event, all events in one group, a predictor that does not vary or is determined by
        the others.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, or an option is unknown.

    Notes
    -----
    Agrees with R's ``survival::coxph``: coefficients, standard errors, likelihood-ratio test,
    concordance with its standard error, ``cox.zph`` (the exact score test of survival 3);
    ``strata`` is ``+ strata(s)`` there.
    ``penalty="firth"`` is the model of R's ``coxphf``, its intervals those of the profile penalised
    likelihood. Where a likelihood has no maximum R warns and prints a very large number; here the
    coefficient has none.

    References
    ----------
    .. [1] Cox DR. J R Stat Soc B 1972;34:187-220. doi:10.1111/j.2517-6161.1972.tb00899.x
    .. [2] Efron B. J Am Stat Assoc 1977;72:557-65. doi:10.1080/01621459.1977.10480613
    .. [3] Heinze G, Schemper M. Biometrics 2001;57:114-9. doi:10.1111/j.0006-341X.2001.00114.x

    Examples
    --------
    Freireich's leukaemia trial, weeks of remission on 6-mercaptopurine or placebo:

    >>> mercaptopurine = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34,
    ...                   35]
    >>> placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    >>> trial = pd.DataFrame({
    ...     "weeks": mercaptopurine + placebo,
    ...     "relapse": [1] * 9 + [0] * 12 + [1] * 21,
    ...     "arm": ["6-MP"] * 21 + ["placebo"] * 21,
    ... })
    >>> model = cox(trial, "weeks", "relapse", ["arm"])
    >>> model.to_frame()[["contrast", "n_events", "estimate", "conf_low", "conf_high"]].round(2)
             contrast  n_events  estimate  conf_low  conf_high
    0  placebo / 6-MP        30      4.82      2.15      10.81
    >>> round(model.concordance.estimate.value, 2)
    0.69
    """
    reader = ColumnReader(data, "cox")
    reader.conf_level(conf_level)
    reader.option("ties", ties, ("efron", "breslow"))
    if penalty is not None:
        penalty = reader.option("penalty", penalty, ("firth",))
    if interval is None:
        interval = "profile" if penalty is not None else "wald"
    reader.option("interval", interval, ("wald", "profile"))
    predictors = reader.names("predictors", predictors, if_none="For none, see kaplan_meier.")
    stratum = None if strata is None else reader.labels(strata)
    known = np.ones(len(data), dtype=np.bool_) if stratum is None else stratum.codes >= 0
    observed = read_follow_up(reader, time, event)
    design = design_matrix(reader, predictors, observed.complete & known)
    followed = observed.among(reader, design.rows)
    x = design.matrix[:, 1:] if not followed.n_missing else design.matrix[followed.complete, 1:]
    columns = design.columns
    about = about_terms(columns, x, followed)
    if followed.n_events == 0:
        return _without_events(columns, about, followed)
    fit = fit_cox(
        followed, x, columns, ties=ties, penalised=penalty is not None,
        strata=None if stratum is None else stratum.codes[followed.complete],
    )  # fmt: skip
    # The fit has its own copy, in the order of time; of a million rows one is enough.
    del design, x
    method = METHODS[penalty] + (", Breslow ties" if ties == "breslow" else "")
    method += f", stratified by {strata}" if strata else ""
    describe = profile_ratio if interval == "profile" else wald_ratio
    terms: dict[str, Statistic] = {}
    for column, statistic in enumerate(about):
        key = columns[column].key
        if column in fit.reasons:
            estimate = NotEstimable(reason=fit.reasons[column], measure="hazard_ratio")
            terms[key] = replace(statistic, estimate=estimate)
        else:
            position = int(np.searchsorted(fit.kept, column))
            estimate, test = describe(fit, position, conf_level, method)
            terms[key] = replace(statistic, estimate=estimate, test=test)
    risk = fit.maximum.beta @ fit.partial.x
    return CoxResult(
        terms=terms,
        likelihood_ratio=likelihood_ratio_test(fit, len(fit.kept), fit.maximum.start.value),
        log_likelihood=fit.maximum.point.value,
        log_likelihood_null=fit.maximum.start.value,
        concordance=Statistic(
            term="model",
            estimate=harrell_concordance(
                fit.partial.time,
                fit.partial.event,
                risk,
                conf_level=conf_level,
                strata=fit.partial.strata,
            ),
            n=followed.n,
            n_events=followed.n_events,
            note="in the data the model was fitted to",
        ),
        events_per_variable=_events_per_variable(followed, columns),
        proportional_hazards=_proportional_hazards(fit, columns, penalised=penalty is not None),
        log_covariance=_log_covariance(fit, len(about)),
        n=followed.n,
        n_events=followed.n_events,
        n_missing=followed.n_missing,
    )


def _events_per_variable(followed: FollowUp, columns: tuple[DesignColumn, ...]) -> Statistic:
    return Statistic(
        term="model",
        estimate=Estimate(
            measure="events_per_variable",
            value=followed.n_events / len(columns),
            method="events / coefficients",
            no_interval="a count",
        ),
        n=followed.n,
        n_events=followed.n_events,
    )


def _proportional_hazards(
    fit: CoxFit, columns: tuple[DesignColumn, ...], *, penalised: bool
) -> ProportionalHazards | NotEstimable:
    if penalised:
        return NotEstimable(reason="the score test belongs to the model without penalty")
    if fit.maximum.runaway.any() or len(fit.kept) == 0:
        return NotEstimable(reason="not every coefficient could be estimated")
    terms = tuple(columns[column] for column in fit.kept)
    return check_proportional_hazards(fit.partial, fit.maximum.beta, fit.scale, terms)


def _log_covariance(fit: CoxFit, n_terms: int) -> FloatArray:
    covariance = np.full((n_terms, n_terms), np.nan)
    covariance[np.ix_(fit.kept, fit.kept)] = fit.covariance / np.outer(fit.scale, fit.scale)
    return covariance


def _without_events(
    columns: tuple[DesignColumn, ...], about: list[Statistic], followed: FollowUp
) -> CoxResult:
    nothing = NotEstimable(reason="nobody had the event")
    return CoxResult(
        terms={term.key: one for term, one in zip(columns, about, strict=True)},
        likelihood_ratio=nothing,
        log_likelihood=0.0,
        log_likelihood_null=0.0,
        concordance=Statistic(
            term="model", estimate=replace(nothing, measure="concordance"), n=followed.n, n_events=0
        ),
        events_per_variable=_events_per_variable(followed, columns),
        proportional_hazards=nothing,
        log_covariance=np.full((len(about), len(about)), np.nan),
        n=followed.n,
        n_events=0,
        n_missing=followed.n_missing,
    )

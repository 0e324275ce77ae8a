"""What would it take: of confounding to explain a hazard ratio away, of effect to be seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from scipy.special import ndtri

from il6report.errors import AnalysisError, Problem, tell_kind
from il6report.estimates import Estimate, NotEstimable, Statistic, statistics_frame
from il6report.methods.options import ArgumentReader

E_VALUE_METHOD = "E-value"
DETECTABLE_METHOD = "Schoenfeld's formula"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EValueResult:
    """How strong unmeasured confounding would have to be.

    Parameters
    ----------
    estimate : Statistic
        E-value of the estimate: to move it to 1, a confounder would have to be associated with both
        the exposure and the event by a risk ratio of at least this much each.
    limit : Statistic
        E-value of the end of the interval that lies nearer to 1: to make the interval include 1;
        itself 1 where it already does.
    """

    estimate: Statistic
    limit: Statistic

    def to_frame(self) -> pd.DataFrame:
        """Give the E-values of the estimate and of its nearer limit, one row each."""
        return statistics_frame([self.estimate, self.limit])


def e_value(hazard_ratio: Estimate | NotEstimable, *, rare: bool = False) -> EValueResult:
    """Tell how strong unmeasured confounding must be to explain a hazard ratio away.

    Parameters
    ----------
    hazard_ratio : Estimate or NotEstimable
        A hazard ratio with its interval, as `cox` gives it.
    rare : bool
        Whether less than about 15 % had the event by the end of follow-up; otherwise the hazard
        ratio is first turned into an approximate risk ratio.

    Returns
    -------
    EValueResult
        For the estimate and for the limit nearer to 1; not estimable where the hazard ratio is not.

    Raises
    ------
    AnalysisError
        If it is no estimate of a hazard ratio.

    Notes
    -----
    The same numbers come from R's ``EValue::evalues.HR(est, lo, hi, rare)``.

    References
    ----------
    .. [1] VanderWeele TJ, Ding P. Ann Intern Med 2017;167:268-74. doi:10.7326/M16-2607

    Examples
    --------
    The hazard ratio 0.56 (0.46 to 0.69) of a rare event:

    >>> ratio = Estimate(
    ...     measure="hazard_ratio", value=0.56, conf_low=0.46, conf_high=0.69, method="Cox model"
    ... )
    >>> e_value(ratio, rare=True).to_frame()["estimate"].round(2).tolist()
    [2.97, 2.26]
    """
    arguments = ArgumentReader("e_value")
    arguments.flag("rare=", rare)
    arguments.raise_if_any()
    match hazard_ratio:
        case NotEstimable(reason=reason):
            none = NotEstimable(reason=reason, measure="e_value")
            return EValueResult(
                estimate=Statistic(term="estimate", estimate=none),
                limit=Statistic(term="limit of the interval", estimate=none),
            )
        case Estimate(measure="hazard_ratio", value=value) if 0 < value < math.inf:
            pass
        case _:
            measure = getattr(hazard_ratio, "measure", None)
            raise AnalysisError(
                Problem(
                    where="e_value(hazard_ratio)",
                    expected="an estimate of a hazard ratio, above zero",
                    found=f"one of {measure}" if measure else tell_kind(hazard_ratio),
                    remedy="Give that of the exposure, as cox(...).terms['il6_high'].estimate.",
                )
            )
    low, high = hazard_ratio.conf_low, hazard_ratio.conf_high
    limit: Estimate | NotEstimable = NotEstimable(
        reason="the hazard ratio has no interval", measure="e_value"
    )
    if low is not None and high is not None:
        nearer = max(low, 1.0) if hazard_ratio.value > 1 else min(high, 1.0)
        limit = _e_value(nearer, rare=rare)
    return EValueResult(
        estimate=Statistic(term="estimate", estimate=_e_value(hazard_ratio.value, rare=rare)),
        limit=Statistic(term="limit of the interval", estimate=limit),
    )


def minimal_detectable_hazard_ratio(
    n_events: int, *, share: float, power: float = 0.8, alpha: float = 0.05
) -> Estimate | NotEstimable:
    """Tell how large a hazard ratio must be to be found with so many events.

    Parameters
    ----------
    n_events : int
        Events observed, in both groups together.
    share : float
        Share of the people in the group at higher hazard, between 0 and 1.
    power : float
        Probability with which it is to be found.
    alpha : float
        Two-sided level of the test.

    Returns
    -------
    Estimate or NotEstimable
        The hazard ratio, above 1; its inverse is as detectable.

    Raises
    ------
    AnalysisError
        If share, power or alpha lies outside (0, 1), or the events are no count.

    Notes
    -----
    R: none; `exp((qnorm(1 - alpha / 2) + qnorm(power)) / sqrt(n_events * share * (1 - share)))`.

    References
    ----------
    .. [1] Schoenfeld DA. Biometrics 1983;39:499-503. doi:10.2307/2531021

    Examples
    --------
    With 17 deaths in two groups of equal size:

    >>> found = minimal_detectable_hazard_ratio(17, share=0.5)
    >>> round(found.value, 2)
    3.89
    """
    arguments = ArgumentReader("minimal_detectable_hazard_ratio")
    arguments.count("n_events", n_events, least=0, remedy="Count those of both groups.")
    for name, value in (("share=", share), ("power=", power), ("alpha=", alpha)):
        remedy = "Give a share, such as 0.5."
        arguments.number(name, value, "a number between 0 and 1", remedy, above=0, below=1)
    arguments.raise_if_any()
    if n_events < 1:
        return NotEstimable(reason="nobody had the event", measure="hazard_ratio")
    quantiles = float(ndtri(1 - alpha / 2) + ndtri(power))
    return Estimate(
        measure="hazard_ratio",
        value=math.exp(quantiles / math.sqrt(n_events * share * (1 - share))),
        method=DETECTABLE_METHOD,
        no_interval="it follows from the number of events",
    )


def _e_value(ratio: float, *, rare: bool) -> Estimate:
    if not rare:
        ratio = (1 - 0.5 ** math.sqrt(ratio)) / (1 - 0.5 ** math.sqrt(1 / ratio))
    above = max(ratio, 1 / ratio)
    return Estimate(
        measure="e_value",
        value=above + math.sqrt(above * (above - 1)),
        method=E_VALUE_METHOD,
        no_interval="it bounds what confounding would have to be",
    )

"""Do hazard ratios stay the same over time? The score test of Grambsch and Therneau."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import FloatArray, IntArray
from il6report.methods.design import DesignColumn
from il6report.methods.life_table import life_table
from il6report.methods.partial_likelihood import PartialLikelihood

TEST_METHOD = "proportional-hazards score test, Kaplan-Meier time"
CORRELATION_METHOD = "correlation of scaled Schoenfeld residuals with Kaplan-Meier time"
OVERALL = "all predictors"

# Least information, per predictor of unit spread, on a change of its effect with time.
_SPREAD = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ProportionalHazards:
    """The test of proportional hazards, and the residuals to look at.

    Parameters
    ----------
    predictors : mapping of str to Statistic
        For each predictor the correlation of its scaled Schoenfeld residuals with time (above 0:
        the hazard ratio grows), and the score test.
    overall : Statistic
        The test of all predictors together.
    keys : tuple of str
        The coefficients.
    time, transformed_time : array of shape (events,)
        When the events happened, and one minus Kaplan-Meier just before.
    residuals, scaled_residuals : array of shape (coefficients, events)
        As in `schoenfeld` and `scaled_schoenfeld`.
    """

    predictors: Mapping[str, Statistic]
    overall: Statistic
    keys: tuple[str, ...]
    time: FloatArray
    transformed_time: FloatArray
    residuals: FloatArray
    scaled_residuals: FloatArray

    @property
    def schoenfeld(self) -> pd.DataFrame:
        """Schoenfeld residuals: `time`, and one column per coefficient.

        The predictor of the one who had the event minus its expectation over those at risk.
        """
        return pd.DataFrame(
            {"time": self.time, **dict(zip(self.keys, self.residuals, strict=True))}
        )

    @property
    def scaled_schoenfeld(self) -> pd.DataFrame:
        """Scaled residuals: `time`, `transformed_time`, and one column per coefficient.

        Each is a noisy picture of the log hazard ratio at that time: its trend is what to look at.
        """
        columns = dict(zip(self.keys, self.scaled_residuals, strict=True))
        return pd.DataFrame(
            {"time": self.time, "transformed_time": self.transformed_time, **columns}
        )

    def to_frame(self) -> pd.DataFrame:
        """Give one row per predictor and one for all of them."""
        return statistics_frame([*self.predictors.values(), self.overall])


def check_proportional_hazards(
    likelihood: PartialLikelihood,
    beta: FloatArray,
    scale: FloatArray,
    terms: tuple[DesignColumn, ...],
) -> ProportionalHazards:
    """Test whether each log hazard ratio changes with time.

    The model is widened by each predictor times one minus Kaplan-Meier, and the exact score test
    of that widening is taken, as in R's ``cox.zph`` since survival 3.0 (before, and in lifelines,
    an approximation that takes the information to be the same at every event).

    Parameters
    ----------
    likelihood : PartialLikelihood
        Of the predictors divided by `scale`.
    beta : array of shape (p,)
        Its maximum.
    scale : array of shape (p,)
        Standard deviations of the predictors.
    terms : tuple of DesignColumn
        What the coefficients are.

    References
    ----------
    .. [1] Grambsch PM, Therneau TM. Biometrika 1994;81:515-26. doi:10.1093/biomet/81.3.515
    """
    time, transformed = _event_times(likelihood)
    centred = transformed - transformed.mean()
    sets = likelihood.risk_sets(beta)
    residuals = likelihood.residuals(sets)
    information, crossed, widened = (
        likelihood.covariance(sets, centred**power) for power in (0, 1, 2)
    )
    del sets
    variance = np.linalg.inv(information)
    score, spread = residuals @ centred, widened - crossed @ variance @ crossed
    scaled = (len(time) * variance) @ residuals
    scaled += beta[:, np.newaxis]
    names = [term.term for term in terms]
    predictors = {
        name: Statistic(
            term=name,
            estimate=_correlation(centred, scaled[[other == name for other in names]]),
            test=_score_test(score, spread, np.flatnonzero([other == name for other in names])),
            n_events=len(time),
        )
        for name in dict.fromkeys(names)
    }
    residuals *= scale[:, np.newaxis]
    scaled /= scale[:, np.newaxis]
    return ProportionalHazards(
        predictors=predictors,
        overall=Statistic(
            term=OVERALL,
            estimate=NotEstimable(
                reason="a test of several coefficients", measure="proportional_hazards_correlation"
            ),
            test=_score_test(score, spread, np.arange(len(terms))),
            n_events=len(time),
        ),
        keys=tuple(term.key for term in terms),
        time=time,
        transformed_time=transformed,
        residuals=residuals,
        scaled_residuals=scaled,
    )


def _event_times(likelihood: PartialLikelihood) -> tuple[FloatArray, FloatArray]:
    """Give the time of each event, and one minus Kaplan-Meier just before it."""
    table = life_table(likelihood.time, likelihood.event)
    before = np.append(1.0, table.survival())
    time = likelihood.time[likelihood.event_rows]
    return time, 1.0 - before[np.searchsorted(table.time, time)]


def _correlation(centred: FloatArray, scaled: FloatArray) -> Estimate | NotEstimable:
    measure = "proportional_hazards_correlation"
    if len(scaled) > 1:
        return NotEstimable(reason="a test of several coefficients", measure=measure)
    deviation = scaled[0] - scaled[0].mean()
    length = float(np.linalg.norm(centred) * np.linalg.norm(deviation))
    if length == 0:
        return NotEstimable(reason="the residuals do not vary", measure=measure)
    return Estimate(
        measure=measure, value=float(centred @ deviation) / length, method=CORRELATION_METHOD,
        no_interval="it describes the residuals; the score test judges them",
    )  # fmt: skip


def _score_test(
    score: FloatArray, spread: FloatArray, chosen: IntArray
) -> HypothesisTest | NotEstimable:
    part = spread[np.ix_(chosen, chosen)]
    try:
        statistic = float(score[chosen] @ np.linalg.solve(part, score[chosen]))
    except np.linalg.LinAlgError:
        statistic = math.nan
    if not (math.isfinite(statistic) and (part.diagonal() > _SPREAD).all()):
        return NotEstimable(reason="too few events at different times")
    return HypothesisTest(
        statistic=statistic,
        df=float(len(chosen)),
        p_value=float(chdtrc(len(chosen), statistic)),
        method=TEST_METHOD,
    )

"""Does survival differ between groups? The log-rank test."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray, IntArray, Labels
from il6report.methods.follow_up import FollowUp, read_follow_up
from il6report.methods.life_table import life_table, normal_quantile
from il6report.methods.log_scale import from_logarithm

RATIO_METHOD = "Peto one-step hazard ratio"
_PAIR = 2


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LogRankResult:
    """Observed and expected events by group, and the test of equal hazards.

    Parameters
    ----------
    groups : DataFrame
        One row per group, reference first: `group`, `n`, `observed` and `expected` events; the
        expected ones as if hazards were equal, summed over strata.
    variance : array of shape (groups, groups)
        Hypergeometric covariance of observed minus expected.
    test : HypothesisTest or NotEstimable
        Chi-square of observed against expected, with one degree of freedom less than groups.
    hazard_ratio : Estimate or NotEstimable
        For two groups, Peto's one-step ratio of the second to the first, above 1 where the second
        has more events than expected; good near 1, drawn towards 1 far from it: quote `cox`.
    n_missing : int
        Rows left out because time, event, group or stratum is missing.
    statistic : Statistic
        The ratio and its test, as tables and the ledger take them.
    """

    groups: pd.DataFrame
    variance: FloatArray
    test: HypothesisTest | NotEstimable
    hazard_ratio: Estimate | NotEstimable
    n_missing: int
    statistic: Statistic

    def to_frame(self) -> pd.DataFrame:
        """Give the test with the ratio that goes with it, one row."""
        return statistics_frame([self.statistic])


def logrank(
    data: pd.DataFrame,
    time: str,
    event: str,
    group: str,
    *,
    strata: str | None = None,
    conf_level: float = 0.95,
) -> LogRankResult:
    """Test whether survival differs between groups, and give observed and expected events.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit.
    event : str
        Column that is 1 where the event was observed and 0 where follow-up ended without it.
    group : str
        Column of two or more groups; the first is the reference.
    strata : str, optional
        Column within whose levels groups are compared; observed, expected and variance add up.
    conf_level : float
        Level of the interval of the hazard ratio.

    Returns
    -------
    LogRankResult
        Observed, expected, their covariance, chi-square and p-value.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, or there is only one group.

    Notes
    -----
    The same numbers come from R's ``survival::survdiff(Surv(time, event) ~ group + strata(s))``.
    The test has most power where the hazard ratio is constant, and little where curves cross: see
    `restricted_mean_survival`.

    References
    ----------
    .. [1] Mantel N. Cancer Chemother Rep 1966;50:163-70.
    .. [2] Peto R, Peto J. J R Stat Soc A 1972;135:185-207. doi:10.2307/2344317

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
    >>> result = logrank(trial, "weeks", "relapse", "arm")
    >>> result.groups.round(2)
         group   n  observed  expected
    0     6-MP  21         9     19.25
    1  placebo  21        21     10.75
    >>> round(result.test.statistic, 2)
    16.79
    """
    reader = ColumnReader(data, "logrank")
    reader.conf_level(conf_level)
    stratum = None if strata is None else reader.labels(strata)
    labels = reader.groups(group, np.ones(len(data), dtype=np.bool_), members=1)
    observed = (
        labels.codes >= 0 if stratum is None else np.minimum(labels.codes, stratum.codes) >= 0
    )
    followed = read_follow_up(reader, time, event).among(reader, observed)
    members = labels.among(followed.complete)
    within = None if stratum is None else stratum.codes[followed.complete]
    deaths, expected, variance = _observed_and_expected(followed, members, within)
    test = _chi_square(deaths, expected, variance)
    ratio = _one_step_ratio(deaths, expected, variance, conf_level)
    compared = len(members.levels) == _PAIR
    return LogRankResult(
        groups=pd.DataFrame(
            {
                "group": members.levels,
                "n": members.counts,
                "observed": deaths.astype(np.int64),
                "expected": expected,
            }
        ),
        variance=variance,
        test=test,
        hazard_ratio=ratio,
        n_missing=followed.n_missing,
        statistic=Statistic(
            term=group,
            estimate=ratio,
            test=test,
            contrast=" / ".join(reversed(members.levels)) if compared else None,
            group1=members.levels[1] if compared else None,
            group2=members.levels[0] if compared else None,
            n=followed.n,
            n1=int(members.counts[1]) if compared else None,
            n2=int(members.counts[0]) if compared else None,
            n_events=followed.n_events,
        ),
    )


def _observed_and_expected(
    followed: FollowUp, members: Labels, within: IntArray | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give observed and expected events by group and their covariance, summed over strata."""
    groups = len(members.levels)
    observed = np.bincount(members.codes[followed.event], minlength=groups).astype(np.float64)
    expected, variance = np.zeros(groups), np.zeros((groups, groups))
    strata = [slice(None)] if within is None else [within == one for one in np.unique(within)]
    for rows in strata:
        time, event, codes = followed.time[rows], followed.event[rows], members.codes[rows]
        table = life_table(time, event)
        happened = table.n_events > 0
        n, deaths = table.n_at_risk[happened], table.n_events[happened]
        share = np.empty((groups, len(n)))
        for code in range(groups):
            ordered = np.sort(time[codes == code])
            earlier = np.searchsorted(ordered, table.time[happened], side="left")
            share[code] = (len(ordered) - earlier) / n
        expected += share @ deaths
        # The last one at risk is a death that varies by nothing.
        spread = deaths * np.divide(n - deaths, n - 1, out=np.zeros(len(n)), where=n > 1)
        variance += np.diag(share @ spread) - (share * spread) @ share.T
    return observed, expected, variance


def _chi_square(
    observed: FloatArray, expected: FloatArray, variance: FloatArray
) -> HypothesisTest | NotEstimable:
    if observed.sum() == 0:
        return NotEstimable(reason="nobody had the event")
    # A group that had left before the first event says nothing. The differences add up to zero,
    # so one of the others is left out.
    rest = np.flatnonzero(expected > 0)[1:]
    difference, covariance = (observed - expected)[rest], variance[np.ix_(rest, rest)]
    if len(rest) == 0 or np.linalg.matrix_rank(covariance, hermitian=True) < len(rest):
        return NotEstimable(reason="no event happened while more than one group was at risk")
    statistic = float(difference @ np.linalg.solve(covariance, difference))
    return HypothesisTest(
        statistic=statistic,
        df=float(len(rest)),
        p_value=float(chdtrc(len(rest), statistic)),
        method="log-rank",
    )


def _one_step_ratio(
    observed: FloatArray, expected: FloatArray, variance: FloatArray, conf_level: float
) -> Estimate | NotEstimable:
    if len(observed) > _PAIR:
        return NotEstimable(
            reason=f"one ratio does not compare {len(observed)} groups", measure="hazard_ratio"
        )
    information = float(variance[1, 1])
    if information <= 0:
        return NotEstimable(
            reason="no event happened while both groups were at risk", measure="hazard_ratio"
        )
    log_ratio = float(observed[1] - expected[1]) / information
    std_error = 1 / math.sqrt(information)
    reach = normal_quantile(conf_level) * std_error
    found = from_logarithm(
        "hazard_ratio", log_ratio, (log_ratio - reach, log_ratio + reach), std_error=std_error,
        conf_level=conf_level, method=RATIO_METHOD,
    )  # fmt: skip
    if isinstance(found, NotEstimable):
        return replace(found, reason="one step does not lead to it; quote that of cox")
    return found

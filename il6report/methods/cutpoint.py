"""At which value should a marker be cut, and how much of what the cut shows was chosen with it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from il6report.estimates import (
    CountPercent,
    Estimate,
    HypothesisTest,
    NotEstimable,
    Statistic,
    statistics_frame,
)
from il6report.methods.arguments import ColumnReader
from il6report.methods.cut_samples import (
    BOOTSTRAP_COLUMNS,
    CUT_COLUMNS,
    Sample,
    bootstrap_selection,
    select_in_data,
    tabulate_cuts,
)
from il6report.methods.follow_up import FollowUp, read_follow_up
from il6report.methods.maximal_selection import lausen_1992, lausen_1994, permutation_p_value

TEST_METHOD = "maximally selected log-rank, permutation"
RATIO_METHOD = "Cox model at the selected cut"
CORRECTED_METHOD = (
    "Cox model with Firth's penalty at the selected cut, bootstrap optimism correction"
)
ALPHA = 0.05
_FEW_RESAMPLES = 20


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CutpointResult:
    """A cut selected by the data, and what is left of it once the selection is allowed for.

    Parameters
    ----------
    cut : float or NotEstimable
        Values above it are "high"; the observed value with the largest log-rank statistic.
    apparent : Statistic
        Hazard ratio of high to low at that cut, as if it had been fixed beforehand (too extreme),
        with the p-value corrected for the selection.
    corrected : Statistic
        The ratio, with Firth's penalty, less the optimism that the bootstrap finds in the
        selection.
    p_lausen_1992, p_lausen_1994 : float
        Bounds of the corrected p-value by formula, for comparison with other software.
    cuts : DataFrame
        One row per admissible cut: `cut`, `n_low`, `n_high`, `n_events_low`, `n_events_high`,
        `statistic` (standardised log-rank), `hazard_ratio`, `conf_low`, `conf_high`, not corrected
        for looking at all of them; missing where all events are on one side.
    bootstrap : DataFrame
        One row per resample in which a cut could be selected: `cut`, `log_ratio` at it in the
        resample, `log_ratio_in_data` at it in the data, `p_value` (uncorrected), `p_corrected`
        (Lausen 1994).
    n_bootstrap : int
        Resamples drawn.
    n_missing : int
        Rows left out because marker, time or event is missing.
    """

    cut: float | NotEstimable
    apparent: Statistic
    corrected: Statistic
    p_lausen_1992: float | None
    p_lausen_1994: float | None
    cuts: pd.DataFrame
    bootstrap: pd.DataFrame
    n_bootstrap: int
    n_missing: int

    @property
    def significant(self) -> CountPercent:
        """Resamples whose own best cut has a corrected p-value below 0.05."""
        return self._share("p_corrected")

    @property
    def significant_uncorrected(self) -> CountPercent:
        """Resamples whose own best cut has a p-value below 0.05 if the selection is forgotten."""
        return self._share("p_value")

    def to_frame(self) -> pd.DataFrame:
        """Give the apparent and the corrected hazard ratio, one row each."""
        return statistics_frame([self.apparent, self.corrected])

    def _share(self, column: str) -> CountPercent:
        below = int((self.bootstrap[column] < ALPHA).sum())
        return CountPercent(count=below, total=len(self.bootstrap))


def select_cutpoint(
    data: pd.DataFrame,
    marker: str,
    time: str,
    event: str,
    *,
    min_fraction: float = 0.1,
    n_bootstrap: int = 1000,
    seed: int,
    n_permutations: int = 9999,
    conf_level: float = 0.95,
) -> CutpointResult:
    """Select the cut of a marker that separates survival most, and correct for the selection.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    marker : str
        Column of numbers; only their order matters.
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit.
    event : str
        Column that is 1 where the event was observed and 0 where follow-up ended without it.
    min_fraction : float
        Smallest share of the people on either side of a cut; between 0 and 0.5.
    n_bootstrap : int
        Resamples of people in which the selection is repeated.
    seed : int
        Seed of permutations and resamples.
    n_permutations : int
        Random pairings of marker and survival behind the corrected p-value.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    CutpointResult
        Cut, hazard ratio before and after correction, all cuts, all resamples. `NotEstimable`,
        with the reason, where nobody had the event or the marker cannot be cut.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be, or an option is out of range.

    Notes
    -----
    Statistic, cut and the formulas of Lausen agree with R's ``maxstat::maxstat.test(smethod =
    "LogRank")``; its ``pmethod = "condMC"`` is the permutation test. The optimism [2]_ is the mean
    over resamples of the log hazard ratio at the cut selected in the resample minus the log hazard
    ratio at that cut in the data, counted in the direction of the former, since a selection in
    either direction exaggerates the one it finds. Firth's penalty keeps both finite. The interval
    is that of the resampled ratios, each drawn in by the optimism [3]_. Resamples repeat people
    and so separate more than new data would: their share with a small p-value is an upper limit.

    A cut is selected because it shows much in these data. Show the marker undivided first
    (`spline_hazard`), and this beside any cut.

    References
    ----------
    .. [1] Hothorn T, Lausen B. Comput Stat Data Anal 2003;43:121-37.
           doi:10.1016/S0167-9473(02)00225-6
    .. [2] Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361-87.
           doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4
    .. [3] Noma H, Shinozaki T, Iba K, et al. Stat Med 2021;40:5691-701. doi:10.1002/sim.9148

    Examples
    --------
    A marker that has nothing to do with survival still has a cut that looks well:

    >>> rng = np.random.default_rng(7)
    >>> noise = pd.DataFrame({
    ...     "years": rng.exponential(10, size=60), "died": 1, "marker": rng.normal(size=60)
    ... })
    >>> result = select_cutpoint(noise, "marker", "years", "died", seed=1, n_bootstrap=200)
    >>> result.to_frame()[["estimate", "conf_low", "conf_high", "p_value"]].round(2)
       estimate  conf_low  conf_high  p_value
    0      0.30      0.12       0.72      0.5
    1      0.42      0.14       1.81      NaN
    """
    reader = ColumnReader(data, "select_cutpoint")
    reader.conf_level(conf_level)
    reader.number(
        "min_fraction=", min_fraction, "a share above 0 and below 0.5", "As 0.1.",
        above=0, below=0.5,
    )  # fmt: skip
    reader.count("n_bootstrap=", n_bootstrap, least=1, remedy="As 1000.")
    reader.count("n_permutations=", n_permutations, least=1, remedy="As 9999.")
    reader.seed(seed)
    values = reader.numbers(marker)
    followed = read_follow_up(reader, time, event).among(reader, ~np.isnan(values))
    sample = Sample.sorted_by_time(values[followed.complete], followed)
    selection = select_in_data(sample, min_fraction)
    if isinstance(selection, NotEstimable):
        return _nothing(selection, marker, followed)
    rng = np.random.default_rng(seed)
    test = HypothesisTest(
        statistic=selection.statistic,
        p_value=permutation_p_value(
            selection.scores, selection.admissible, selection.statistic,
            n_permutations=n_permutations, rng=rng,
        ),
        method=TEST_METHOD,
    )  # fmt: skip
    cuts = tabulate_cuts(sample, selection, conf_level)
    bootstrap = bootstrap_selection(sample, min_fraction, n_bootstrap, rng)
    penalised = sample.fit_cuts(np.array([selection.cut]), penalised=True)
    chosen = cuts.loc[cuts["cut"] == selection.cut].iloc[0]
    about = Statistic(
        term=marker,
        estimate=_ratio_at(chosen, conf_level),
        test=test,
        contrast="high / low",
        group1="high",
        group2="low",
        n=followed.n,
        n1=int(chosen["n_high"]),
        n2=int(chosen["n_low"]),
        n_events=followed.n_events,
        note="as if the cut had been fixed beforehand; p-value corrected for its selection",
    )
    return CutpointResult(
        cut=selection.cut,
        apparent=about,
        corrected=replace(
            about,
            estimate=_corrected(float(penalised.log_ratio[0]), bootstrap, conf_level),
            test=None,
            note="less the optimism of the selection",
        ),
        p_lausen_1992=lausen_1992(selection.statistic, min_fraction),
        p_lausen_1994=float(lausen_1994(np.array([selection.statistic]), selection.admissible)[0]),
        cuts=cuts,
        bootstrap=bootstrap,
        n_bootstrap=n_bootstrap,
        n_missing=followed.n_missing,
    )


def _ratio_at(chosen: pd.Series, conf_level: float) -> Estimate | NotEstimable:
    if math.isnan(chosen["hazard_ratio"]):
        return NotEstimable(
            reason="all events are on one side of the selected cut", measure="hazard_ratio"
        )
    return Estimate(
        measure="hazard_ratio", value=float(chosen["hazard_ratio"]), method=RATIO_METHOD,
        conf_low=float(chosen["conf_low"]), conf_high=float(chosen["conf_high"]),
        conf_level=conf_level, std_error=float(chosen["std_error"]),
    )  # fmt: skip


def _corrected(
    log_ratio: float, bootstrap: pd.DataFrame, conf_level: float
) -> Estimate | NotEstimable:
    """Draw the ratio, and each of the resampled ones, towards 1 by the optimism."""
    if len(bootstrap) < _FEW_RESAMPLES:
        return NotEstimable(reason="too few resamples could be cut", measure="hazard_ratio")
    resampled = bootstrap["log_ratio"].to_numpy()
    side = np.sign(resampled)
    # The selection looks for a difference in either direction, and exaggerates the one it finds.
    optimism = float(np.mean(side * (resampled - bootstrap["log_ratio_in_data"].to_numpy())))
    tail = (1 - conf_level) / 2
    low, high = np.quantile(resampled - side * optimism, [tail, 1 - tail])
    return Estimate(
        measure="hazard_ratio", value=math.exp(log_ratio - math.copysign(optimism, log_ratio)),
        method=CORRECTED_METHOD, conf_low=math.exp(low), conf_high=math.exp(high),
        conf_level=conf_level, std_error=float(np.std(resampled, ddof=1)),
    )  # fmt: skip


def _nothing(reason: NotEstimable, marker: str, followed: FollowUp) -> CutpointResult:
    about = Statistic(
        term=marker, estimate=reason, contrast="high / low", group1="high", group2="low",
        n=followed.n, n_events=followed.n_events,
    )  # fmt: skip
    return CutpointResult(
        cut=reason,
        apparent=about,
        corrected=about,
        p_lausen_1992=None,
        p_lausen_1994=None,
        cuts=pd.DataFrame(columns=list(CUT_COLUMNS)),
        bootstrap=pd.DataFrame(columns=list(BOOTSTRAP_COLUMNS)),
        n_bootstrap=0,
        n_missing=followed.n_missing,
    )

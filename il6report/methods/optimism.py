"""How well a Cox model would order new people: concordance less its optimism."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from il6report.estimates import Estimate, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray
from il6report.methods.concordance import METHOD, harrell_concordance
from il6report.methods.cox_fit import fit_cox
from il6report.methods.design import DesignColumn, design_matrix
from il6report.methods.follow_up import FollowUp, read_follow_up

CORRECTED_METHOD = f"{METHOD}; bootstrap optimism correction"
_FEW_RESAMPLES = 20


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ConcordanceResult:
    """Concordance of a Cox model in its own data, and what is left of it in new data.

    Parameters
    ----------
    apparent : Statistic
        Harrell's C in the data the model was fitted to.
    corrected : Statistic
        The same less the mean optimism of the resamples; 0.5 is no better than chance.
    optimism : float or NotEstimable
        What was taken off.
    n_used : int
        Resamples in which the model could be fitted.
    """

    apparent: Statistic
    corrected: Statistic
    optimism: float | NotEstimable
    n_used: int

    def to_frame(self) -> pd.DataFrame:
        """Give the apparent and the corrected concordance, one row each."""
        return statistics_frame([self.apparent, self.corrected])


def validate_concordance(
    data: pd.DataFrame,
    time: str,
    event: str,
    predictors: Sequence[str],
    *,
    n_bootstrap: int = 200,
    seed: int,
    conf_level: float = 0.95,
) -> ConcordanceResult:
    """Estimate how well a Cox model would order new people by their risk.

    Parameters
    ----------
    data : DataFrame
        One row per person; never changed.
    time : str
        Column of the time to the event or to the end of follow-up; above zero, any unit.
    event : str
        Column that is 1 where the event was observed and 0 where follow-up ended without it.
    predictors : sequence of str
        Columns of the model, as in `cox`.
    n_bootstrap : int
        Resamples of people in which the model is fitted anew.
    seed : int
        Seed of the resamples.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    ConcordanceResult
        The interval of the corrected value is that of the apparent one moved by the optimism [2]_.

    Raises
    ------
    AnalysisError
        If a column is missing or not what it should be.

    Notes
    -----
    Each resample gives a model; its concordance in the resample minus that of the same model in the
    data is its optimism. As R's ``rms::validate``, up to the random resamples. A resample in which
    a coefficient runs to infinity is left out.

    References
    ----------
    .. [1] Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361-87.
           doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4
    .. [2] Noma H, Shinozaki T, Iba K, et al. Stat Med 2021;40:5691-701. doi:10.1002/sim.9148

    Examples
    --------
    Three predictors that have nothing to do with survival:

    >>> rng = np.random.default_rng(1)
    >>> noise = pd.DataFrame(rng.normal(size=(40, 3)), columns=["a", "b", "c"])
    >>> noise = noise.assign(years=rng.exponential(size=40), died=1)
    >>> found = validate_concordance(noise, "years", "died", ["a", "b", "c"], seed=1)
    >>> found.to_frame()["estimate"].round(2).tolist()
    [0.57, 0.52]
    """
    reader = ColumnReader(data, "validate_concordance")
    reader.conf_level(conf_level)
    predictors = reader.names("predictors", predictors, if_none="Name those of the model.")
    reader.count("n_bootstrap=", n_bootstrap, least=1, remedy="As 200.")
    reader.seed(seed)
    observed = read_follow_up(reader, time, event)
    design = design_matrix(reader, predictors, observed.complete)
    followed = observed.among(reader, design.rows)
    x = design.matrix[followed.complete, 1:]
    model = _coefficients(followed, x, design.columns)
    apparent = (
        model
        if isinstance(model, NotEstimable)
        else harrell_concordance(followed.time, followed.event, x @ model, conf_level=conf_level)
    )
    about = Statistic(
        term="model", estimate=apparent, n=followed.n, n_events=followed.n_events,
        note="in the data the model was fitted to",
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    differences: list[float] = []
    for _ in range(n_bootstrap if isinstance(apparent, Estimate) else 0):
        drawn = rng.integers(0, followed.n, followed.n)
        sample = replace(followed, time=followed.time[drawn], event=followed.event[drawn])
        resampled = _coefficients(sample, x[drawn], design.columns)
        if isinstance(resampled, NotEstimable):
            continue
        own, new = (
            harrell_concordance(people.time, people.event, risk, conf_level=conf_level)
            for people, risk in ((sample, x[drawn] @ resampled), (followed, x @ resampled))
        )
        if isinstance(own, Estimate) and isinstance(new, Estimate):
            differences.append(own.value - new.value)
    optimism = (
        float(np.mean(differences))
        if len(differences) >= _FEW_RESAMPLES
        else NotEstimable(reason="too few resamples could be fitted", measure="concordance")
    )
    return ConcordanceResult(
        apparent=about,
        corrected=replace(about, estimate=_less(apparent, optimism), note="in new data"),
        optimism=optimism,
        n_used=len(differences),
    )


def _coefficients(
    followed: FollowUp, x: FloatArray, columns: tuple[DesignColumn, ...]
) -> FloatArray | NotEstimable:
    if followed.n_events == 0:
        return NotEstimable(reason="nobody had the event", measure="concordance")
    fit = fit_cox(followed, x, columns, ties="efron", penalised=False)
    if fit.reasons:
        column = min(fit.reasons)
        reason = f"{columns[column].key}: {fit.reasons[column]}"
        return NotEstimable(reason=reason, measure="concordance")
    return fit.maximum.beta / fit.scale


def _less(
    apparent: Estimate | NotEstimable, optimism: float | NotEstimable
) -> Estimate | NotEstimable:
    if isinstance(apparent, NotEstimable):
        return apparent
    if isinstance(optimism, NotEstimable):
        return optimism
    ends = {
        name: None if end is None else min(max(end - optimism, 0.0), 1.0)
        for name, end in (("conf_low", apparent.conf_low), ("conf_high", apparent.conf_high))
    }
    value = apparent.value - optimism
    return replace(apparent, value=value, method=CORRECTED_METHOD, **ends)

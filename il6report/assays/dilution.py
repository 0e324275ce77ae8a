"""Does a sample read the same, corrected for dilution, however far it is diluted?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from il6report.estimates import Estimate, HypothesisTest, NotEstimable, Statistic, statistics_frame
from il6report.methods.arguments import ColumnReader, FloatArray, IntArray

METHOD = "regression of log concentration on log dilution within samples"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DilutionLinearity:
    """How readings follow dilution.

    Parameters
    ----------
    slope : Statistic
        Common slope of the logarithm of the reading on that of the share of sample: 1 where a
        sample diluted in two reads half, below 1 where dilution recovers too much. Its test is
        that of a slope of 1.
    recoveries : DataFrame
        One row per reading: `sample`, `dilution_factor`, `corrected` (reading times dilution
        factor), `recovery_percent` (of the corrected reading of the same sample at its least
        dilution), `accepted`.
    """

    slope: Statistic
    recoveries: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Give the slope as one row."""
        return statistics_frame([self.slope])


def dilution_linearity(
    data: pd.DataFrame,
    *,
    concentration: str,
    dilution_factor: str,
    sample: str,
    recovery_limits_percent: tuple[float, float] = (80.0, 120.0),
    conf_level: float = 0.95,
) -> DilutionLinearity:
    """Say whether samples read the same, corrected for dilution, however far they are diluted.

    Parameters
    ----------
    data : DataFrame
        One row per reading within the range of quantitation; leave out the others, since a limit
        in their place bends the line.
    concentration : str
        Column of the reading, not corrected for dilution; above zero, any unit.
    dilution_factor : str
        Column of the dilution: 1 undiluted, 4 for 1 in 4.
    sample : str
        Column that names the sample.
    recovery_limits_percent : tuple of float
        Recovery that is accepted, per cent of the least dilution; the practice of ligand-binding
        assays [1]_.
    conf_level : float
        Level of the interval.

    Returns
    -------
    DilutionLinearity
        The slope with t on readings - samples - 1 degrees of freedom, and every recovery.

    Raises
    ------
    AnalysisError
        If a column is missing or not above zero, or no sample was read at two dilutions.

    Notes
    -----
    R: ``lm(log(concentration) ~ sample + log(1 / dilution_factor))``.

    References
    ----------
    .. [1] DeSilva B et al. Pharm Res 2003;20:1885-900. doi:10.1023/B:PHAM.0000003390.51761.3d

    Examples
    --------
    >>> readings = pd.DataFrame({
    ...     "sample_id": ["S1"] * 4 + ["S2"] * 3,
    ...     "dilution": [1, 2, 4, 8, 1, 2, 4],
    ...     "pg_ml": [96.0, 49.0, 24.4, 12.1, 40.2, 20.5, 9.9],
    ... })
    >>> found = dilution_linearity(readings, concentration="pg_ml", dilution_factor="dilution",
    ...                            sample="sample_id")
    >>> found.to_frame()[["n", "estimate", "conf_low", "conf_high", "p_value"]].round(2)
       n  estimate  conf_low  conf_high  p_value
    0  7       1.0      0.98       1.02     0.91
    >>> found.recoveries["recovery_percent"].round(0).tolist()
    [100.0, 102.0, 102.0, 101.0, 100.0, 102.0, 99.0]
    """
    reader = ColumnReader(data, "dilution_linearity")
    reader.conf_level(conf_level)
    reader.limits("recovery_limits_percent=", recovery_limits_percent)
    read, factor = reader.positive(concentration), reader.positive(dilution_factor)
    samples = reader.labels(sample)
    observed = (read > 0) & (factor > 0) & (samples.codes >= 0)
    codes = samples.codes[observed]
    x, y = -np.log(factor[observed]), np.log(read[observed])
    sizes = np.maximum(np.bincount(codes, minlength=len(samples.levels)), 1)
    away = x - (np.bincount(codes, x, minlength=len(sizes)) / sizes)[codes]
    if not reader.problems and not float(away @ away) > 0:
        reader.refuse(
            f"{dilution_factor!r}", "samples read at two dilutions or more", "none",
            "Dilute samples serially and read them all.",
        )  # fmt: skip
    reader.raise_if_any()
    residual = y - (np.bincount(codes, y, minlength=len(sizes)) / sizes)[codes]
    slope = float(away @ residual) / float(away @ away)
    residual = residual - slope * away
    df = len(y) - len(np.unique(codes)) - 1
    recoveries = _recoveries(
        codes, samples.levels, factor[observed], read[observed], recovery_limits_percent
    )  # fmt: skip
    n_missing = int((~observed).sum())
    about = Statistic(
        term=concentration,
        contrast="per log dilution",
        n=len(y),
        estimate=NotEstimable(reason="too few readings", measure="dilution_slope"),
        note=f"{n_missing} missing" if n_missing else "",
    )
    if df < 1:
        return DilutionLinearity(slope=about, recoveries=recoveries)
    error = math.sqrt(float(residual @ residual) / df / float(away @ away))
    return DilutionLinearity(
        slope=_with_test(about, slope, error, df, conf_level), recoveries=recoveries
    )


def _with_test(
    about: Statistic, slope: float, error: float, df: int, conf_level: float
) -> Statistic:
    reach = float(stats.t.isf((1 - conf_level) / 2, df)) * error
    return Statistic(
        term=about.term,
        contrast=about.contrast,
        n=about.n,
        note=about.note,
        estimate=Estimate(
            measure="dilution_slope",
            value=slope,
            conf_low=slope - reach,
            conf_high=slope + reach,
            conf_level=conf_level,
            std_error=error,
            method=METHOD,
        ),
        test=HypothesisTest(
            statistic=(slope - 1) / error,
            df=df,
            p_value=2 * float(stats.t.sf(abs(slope - 1) / error, df)),
            method="t test of a slope of 1",
        )
        if error > 0
        else NotEstimable(reason="the readings follow a line without error"),
    )


def _recoveries(
    codes: IntArray, levels: tuple[str, ...], factor: FloatArray, read: FloatArray,
    limits_percent: tuple[float, float],
) -> pd.DataFrame:  # fmt: skip
    """Compare every reading, corrected for dilution, with those of its sample diluted least."""
    corrected = read * factor
    least = np.full(len(levels), np.inf)
    np.minimum.at(least, codes, factor)
    first = factor == least[codes]
    base = np.bincount(codes[first], corrected[first], minlength=len(levels))
    base /= np.maximum(np.bincount(codes[first], minlength=len(levels)), 1)
    recovery = 100 * corrected / base[codes]
    low, high = limits_percent
    return pd.DataFrame(
        {
            "sample": np.array(levels, dtype=object)[codes],
            "dilution_factor": factor,
            "corrected": corrected,
            "recovery_percent": recovery,
            "accepted": (low <= recovery) & (recovery <= high),
        }
    )

"""ELISA plates: absorbance of wells into concentrations of samples, with their limits and flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from il6report.assays.logistic import PARAMETERS
from il6report.assays.readings import read_table
from il6report.assays.standard_curve import StandardCurve, fit_standard_curve
from il6report.errors import AssayError, Problem
from il6report.estimates import Estimate, Statistic, statistics_frame
from il6report.methods.options import ArgumentReader
from il6report.plan import AnalysisPlan

COLUMNS = (
    "plate_id", "well", "analyte", "role", "sample_id", "nominal_concentration", "unit",
    "dilution_factor", "absorbance",
)  # fmt: skip
SAMPLE_COLUMNS = [
    "sample_id", "analyte", "concentration", "unit", "below_quantitation", "above_quantitation",
    "cv_percent", "n_wells", "dilution_factor", "plate_id", "flag",
]  # fmt: skip
ROLES = ("blank", "standard", "control", "sample")
FLAGS = ("duplicate_cv", "single_well", "above_quantitation", "reassayed_diluted")
"""What may be said against a concentration; several are joined by a semicolon."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SerumResult:
    """Concentrations of the samples of all plates, and how well they were measured.

    Parameters
    ----------
    samples : DataFrame
        One row per sample and analyte: `sample_id`, `analyte`, `concentration` (corrected for
        dilution; the limit where it lies beyond one), `unit`, `below_quantitation`,
        `above_quantitation`, `cv_percent` (of the absorbance of its wells), `n_wells`,
        `dilution_factor`, `plate_id`, `flag` (of `FLAGS`, empty where there is nothing to say).
    controls : DataFrame
        One row per quality control and plate: as `samples`, with `nominal_concentration` and
        `recovery_percent`.
    curves : DataFrame
        One row per plate and analyte: `plate_id`, `analyte`, `unit`, the parameters `lower`,
        `upper`, `inflection`, `slope` and their standard errors (`..._se`), `residual_sd`, `lloq`,
        `uloq` (in the well), `recovery_low` and `recovery_high` (per cent, standards in range).
    flags : DataFrame
        Number of samples by `analyte` and `flag`.
    """

    samples: pd.DataFrame
    controls: pd.DataFrame
    curves: pd.DataFrame
    flags: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Give one row per count: samples, those below the limit, those flagged."""
        rows: list[Statistic] = []
        for analyte, samples in self.samples.groupby("analyte"):
            counts = {"samples": len(samples)}
            counts["below quantitation"] = int(samples["below_quantitation"].sum())
            flagged = self.flags[self.flags["analyte"] == analyte]
            counts |= dict(zip(flagged["flag"], flagged["n"], strict=True))
            rows += [
                Statistic(
                    term=str(analyte),
                    group1=name,
                    n=len(samples),
                    estimate=Estimate(
                        measure="count", value=float(n), method="count", no_interval="a count"
                    ),
                )
                for name, n in counts.items()
            ]
        return statistics_frame(rows)


def quantify_plates(
    plates: pd.DataFrame,
    *,
    lloq: Mapping[str, float] | None = None,
    cv_limit_percent: float = 20.0,
    recovery_limits_percent: tuple[float, float] = (80.0, 120.0),
) -> SerumResult:
    """Say how much of each analyte is in each sample.

    Every plate is read by its own standard curve (see `fit_standard_curve`); blanks are its zero
    standard and are not subtracted. A sample read above the range and measured again at a higher
    dilution takes the diluted value. A concentration below the limit of quantitation is
    left-censored at the limit, never replaced by half of it.

    Parameters
    ----------
    plates : DataFrame
        One row per well: `plate_id`, `well`, `analyte`, `role` (blank, standard, control or
        sample), `sample_id`, `nominal_concentration`, `unit`, `dilution_factor`, `absorbance`.
    lloq : mapping of str to float, optional
        Limit of quantitation by analyte, in its unit and in the well, below which nothing is
        reported even where the curve would reach lower.
    cv_limit_percent : float
        Coefficient of variation of the wells of a sample above which it is flagged; it is kept.
    recovery_limits_percent : tuple of float
        Accepted recovery of the standards, per cent of nominal.

    Returns
    -------
    SerumResult
        Samples, controls, curves and the number of flags.

    Raises
    ------
    AssayError
        If a plate has no standards or its curve does not converge (names all such plates), or
        there are no samples.
    AnalysisError
        If a column is missing, or a limit is none or that of an analyte that is not there.

    Notes
    -----
    R: none for whole plates; each curve is that of `nls`, as `fit_standard_curve` says.

    References
    ----------
    .. [1] Findlay JWA, Dillard RF. AAPS J 2007;9:E260-7. doi:10.1208/aapsj0902029
    """
    arguments = ArgumentReader("quantify_plates")
    arguments.limits("recovery_limits_percent=", recovery_limits_percent)
    arguments.number(
        "cv_limit_percent=", cv_limit_percent, "a number of per cent", "As 20.", above=0
    )
    limits = arguments.numbers_by_name("lloq=", {} if lloq is None else lloq, above=0)
    plates = read_table(
        plates, "quantify_plates", columns=COLUMNS, once=("plate_id", "well", "analyte"),
        numbers=("nominal_concentration", "dilution_factor", "absorbance"),
    )  # fmt: skip
    unknown = set(limits) - set(plates["analyte"].astype(str))
    if unknown:
        arguments.refuse(
            "lloq=", "limits of analytes of the plates", ", ".join(sorted(unknown)),
            "Write them as the column analyte does.",
        )  # fmt: skip
    arguments.raise_if_any()
    problems = [*_unnamed_wells(plates), *_empty_wells(plates)]
    curves: dict[tuple[str, str], StandardCurve] = {}
    for key, wells in _by_plate(plates):
        try:
            curves[key] = calibrate_plate(wells, limits.get(key[1]), recovery_limits_percent)
        except AssayError as error:
            problems += [
                replace(one, where=f"plate {key[0]} ({key[1]}), {one.where}")
                for one in error.problems
                if isinstance(one, Problem)
            ]
    if not plates["role"].eq("sample").any():
        remedy = "Give the plates that hold the samples, with their role in the column role."
        problems.append(
            Problem(where="plates", expected="wells of samples", found="none", remedy=remedy)
        )
    AssayError.raise_if_any(problems)
    measured = _measure(plates, curves, cv_limit_percent)
    samples = _one_value_each(measured[measured["role"] == "sample"])
    return SerumResult(
        samples=samples[SAMPLE_COLUMNS],
        controls=_recovered_controls(measured[measured["role"] == "control"]),
        curves=_describe_curves(plates, curves),
        flags=_count_flags(samples),
    )


def _unnamed_wells(plates: pd.DataFrame) -> Iterator[Problem]:
    read = plates["role"].isin(["sample", "control"])
    for column, rows in (
        ("plate_id", plates.index >= 0), ("analyte", plates.index >= 0), ("sample_id", read),
        ("unit", read),
    ):  # fmt: skip
        unnamed = int((plates[column].isna() & rows).sum())
        if unnamed:
            yield Problem(
                where=f"plates, column {column}",
                expected="an entry in every well that is read",
                found=f"none in {unnamed} wells",
                remedy="Fill it in: a well without it would be left out.",
            )
    strange = int((~plates["role"].isin(ROLES)).sum())
    if strange:
        yield Problem(
            where="plates, column role",
            expected=f"one of {', '.join(ROLES)}",
            found=f"something else in {strange} wells",
            remedy="Say what every well holds, or leave empty wells out.",
        )


def _empty_wells(plates: pd.DataFrame) -> Iterator[Problem]:
    tested = plates[plates["role"].isin(["sample", "control"])]
    for column, unusable in (
        ("absorbance", tested["absorbance"].isna()),
        ("dilution_factor", ~(tested["dilution_factor"] > 0)),
    ):
        if unusable.any():
            wells = (tested["plate_id"].astype(str) + " " + tested["well"].astype(str))[unusable]
            yield Problem(
                where=f"plates, column {column}, wells {', '.join(wells.head(5))}",
                expected="a number in every well of a sample or control",
                found=f"none in {len(wells)} wells"
                if column == "absorbance"
                else f"none, zero or less in {len(wells)} wells",
                remedy="Fill it in, or leave the wells out.",
            )


def quantify_serum(plates: pd.DataFrame, plan: AnalysisPlan) -> SerumResult:
    """Quantify the plates of the study within the limits of its plan; see `quantify_plates`."""
    return quantify_plates(
        plates,
        lloq={"il6": plan.il6_lloq_pg_ml},
        cv_limit_percent=plan.duplicate_cv_limit_percent,
        recovery_limits_percent=plan.recovery_limits_percent,
    )


def _by_plate(plates: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    for (plate, analyte), wells in plates.groupby(["plate_id", "analyte"], sort=True):
        yield (str(plate), str(analyte)), wells


def calibrate_plate(
    wells: pd.DataFrame, lloq: float | None, recovery_limits_percent: tuple[float, float]
) -> StandardCurve:
    """Fit the curve of one plate and analyte, whose blanks are its zero standard."""
    if not (wells["role"] == "standard").any():
        raise AssayError(
            Problem(
                where="column role",
                expected="wells of standards",
                found="none",
                remedy="Every plate is read by its own curve: add its standards or leave it out.",
            )
        )
    blanks = wells[wells["role"] == "blank"].assign(nominal_concentration=0.0)
    curve = fit_standard_curve(
        pd.concat([blanks, wells[wells["role"] == "standard"]]),
        concentration="nominal_concentration",
        response="absorbance",
        recovery_limits_percent=recovery_limits_percent,
    )
    return curve if lloq is None else replace(curve, lloq=max(curve.lloq, lloq))


def _measure(
    plates: pd.DataFrame, curves: Mapping[tuple[str, str], StandardCurve], cv_limit_percent: float
) -> pd.DataFrame:
    """Read the mean absorbance of the wells of each test off the curve of its plate."""
    tested = plates[plates["role"].isin(["sample", "control"])]
    keys = ["plate_id", "analyte", "unit", "role", "sample_id", "dilution_factor"]
    wells = tested.groupby(keys, sort=False)
    found = wells["absorbance"].agg(mean="mean", sd="std", n_wells="size")
    found["nominal_concentration"] = wells["nominal_concentration"].first()
    found = found.reset_index()
    read = [curves[key].back_calculate(tests["mean"]) for key, tests in _by_plate(found)]
    found = found.join(pd.concat(read))
    found["concentration"] *= found["dilution_factor"]
    found["cv_percent"] = 100 * found["sd"] / found["mean"]
    found["duplicate_cv"] = found["cv_percent"] > cv_limit_percent
    found["single_well"] = found["n_wells"] == 1
    return found


def _one_value_each(tests: pd.DataFrame) -> pd.DataFrame:
    """Keep the test of each sample that lies in range at the lowest dilution."""
    preference = ["above_quantitation", "below_quantitation", "dilution_factor", "plate_id"]
    ordered = tests.sort_values(["analyte", "sample_id", *preference])
    first = ordered.groupby(["analyte", "sample_id"], sort=True).head(1)
    too_high = tests.groupby(["analyte", "sample_id"])["above_quantitation"].any()
    keys = pd.MultiIndex.from_frame(first[["analyte", "sample_id"]])
    again = too_high.reindex(keys).to_numpy(bool) & ~first["above_quantitation"]
    kept = first.assign(reassayed_diluted=again)
    marks = [np.where(kept[flag], flag, "") for flag in FLAGS]
    kept["flag"] = [";".join(filter(None, row)) for row in zip(*marks, strict=True)]
    return kept.sort_values(["analyte", "sample_id"], ignore_index=True)


def _recovered_controls(controls: pd.DataFrame) -> pd.DataFrame:
    recovery = 100 * controls["concentration"] / controls["nominal_concentration"]
    columns = [name for name in SAMPLE_COLUMNS if name != "flag"]
    return controls[[*columns, "nominal_concentration"]].assign(recovery_percent=recovery)


def _describe_curves(
    plates: pd.DataFrame, curves: Mapping[tuple[str, str], StandardCurve]
) -> pd.DataFrame:
    units = plates.groupby(plates["analyte"].astype(str))["unit"].first()
    rows: list[dict[str, object]] = []
    for (plate, analyte), curve in curves.items():
        inside = curve.recovery["concentration"].between(curve.lloq, curve.uloq)
        recovered = curve.recovery.loc[inside, "recovery_percent"]
        errors = np.sqrt(np.diag(curve.covariance))
        row: dict[str, object] = {"plate_id": plate, "analyte": analyte, "unit": units[analyte]}
        for name, value, error in zip(PARAMETERS, curve.parameters, errors, strict=False):
            row |= {name: value, f"{name}_se": float(error)}
        row |= {"residual_sd": curve.residual_sd, "lloq": curve.lloq, "uloq": curve.uloq}
        row |= {"recovery_low": recovered.min(), "recovery_high": recovered.max()}
        rows.append(row)
    return pd.DataFrame(rows)


def _count_flags(samples: pd.DataFrame) -> pd.DataFrame:
    flagged = samples[["analyte", *FLAGS]].melt("analyte", var_name="flag", value_name="n")
    counts = flagged.astype({"n": int}).groupby(["analyte", "flag"])["n"].sum().reset_index()
    return counts[counts["n"] > 0].reset_index(drop=True)

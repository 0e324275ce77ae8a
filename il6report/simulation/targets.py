"""What the simulation was calibrated to, with the origin of every target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import pandas as pd

from il6report.simulation.laboratory_targets import LABORATORY_TARGETS
from il6report.simulation.observation import Observed

Origin = Literal["paper", "related group", "other cohort", "computed", "assumption"]
"""Where a target comes from; an assumption is nobody's finding."""


Observe = Callable[[Observed], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One number the simulation should give within sampling error.

    Parameters
    ----------
    file : str
        File in which it shows.
    quantity, unit : str
        What it is, with its group.
    value : float
        What it should be.
    origin : Origin
        Where `value` comes from.
    source : str
        Key of `report/references.bib`, or how it was computed or assumed.
    observe : callable
        Takes a study; gives the simulated value.
    """

    file: str
    quantity: str
    unit: str
    value: float
    origin: Origin
    source: str
    observe: Observe


def _in_tables(observe: Callable[[Mapping[str, pd.DataFrame]], float]) -> Observe:
    return lambda study: observe(study.tables)


def _size(group: str) -> Observe:
    return lambda study: len(study.among(group))


def _mean(column: str, group: str) -> Observe:
    return lambda study: study.among(group)[column].mean()


def _sd(column: str, group: str) -> Observe:
    return lambda study: study.among(group)[column].std()


def _median(column: str, group: str) -> Observe:
    return lambda study: study.among(group)[column].median()


def _percent(column: str, value: object, group: str) -> Observe:
    return lambda study: 100 * (study.among(group)[column].dropna() == value).mean()


def _rho(column: str, group: str) -> Observe:
    """Spearman's correlation of IL-6, values below the limit tied."""

    def observe(study: Observed) -> float:
        ranks = study.among(group)[["il6", column]].dropna().rank()
        return float(ranks["il6"].corr(ranks[column]))

    return observe


def _coefficient_of_variation(column: str, group: str) -> Observe:
    """Coefficient of variation of a lognormal variable, from the SD of its logarithm."""
    return lambda study: float(100 * np.sqrt(np.expm1(np.log(study.among(group)[column]).var())))


def _within_plates(study: Observed) -> float:
    cv = study.tests.loc[study.tests["flag"] == "", "cv_percent"]
    return float(np.sqrt((cv**2).mean()))


def _between_plates(study: Observed) -> float:
    by_control = study.controls.groupby(["analyte", "sample_id"])["concentration"]
    return float((100 * by_control.std() / by_control.mean()).mean())


def _skin_change(column: str) -> Observe:
    def observe(study: Observed) -> float:
        last = study.at_last_visit("dcSSc")
        change = (last["mrss"] - last["first"])[~last["il6_high"]]
        return float(change.agg(column))

    return observe


def _skin_difference(study: Observed) -> float:
    by_il6 = study.at_last_visit("dcSSc").groupby("il6_high")["mrss"].mean()
    return float(by_il6.get(True, np.nan) - by_il6.get(False, np.nan))


def _visits_missed(study: Observed) -> float:
    later = study.visits[study.visits["visit_month"] > 0]
    return float(100 * later["mrss"].isna().mean())


def _mortality_ratio(study: Observed) -> float:
    """Deaths per patient-year, IL-6 above 10 pg/mL against not."""
    followed = study.among("dcSSc").groupby("il6_high")[["death_observed", "followup_years"]].sum()
    rate = followed["death_observed"] / followed["followup_years"]
    return float(rate.get(True, np.nan) / rate.get(False, np.nan))


ONG: tuple[Origin, str] = ("related group", "ong2009acr")
BIOPSY: tuple[Origin, str] = ("related group", "BIOPSY cohort")
IQR: tuple[Origin, str] = ("computed", "interquartile range of ong2009acr / 1.349")
ANTIBODIES: tuple[Origin, str] = ("computed", "nihtyanova2020")
LUNG: tuple[Origin, str] = ("related group", "nihtyanova2010")
HIGH, NORMAL = "dcSSc, high platelets", "dcSSc, normal platelets"
UNSELECTED = "of unselected dcSSc; the sampling by platelets shifts it"


def _computed(source: str) -> tuple[Origin, str]:
    return "computed", source


def _assumed(source: str) -> tuple[Origin, str]:
    return "assumption", source


def _other(source: str) -> tuple[Origin, str]:
    return "other cohort", source


# Quantity, unit, target, origin, source, how to observe it.
_Row = tuple[str, str, float, Origin, str, Observe]
# fmt: off
_PARTICIPANTS: tuple[_Row, ...] = (
    ("Healthy controls", "persons", 15, "paper", "khan2012", _size("control")),
    ("Patients with systemic sclerosis", "persons", 68, "paper", "khan2012", _size("SSc")),
    (HIGH, "persons", 20, *ONG, _size(HIGH)),
    (NORMAL, "persons", 19, *ONG, _size(NORMAL)),
    ("lcSSc; of these, 7 by assumption", "persons", 29,
     *_computed("22 in ong2009acr, 7 more in khan2012"), _size("lcSSc")),
    ("Female, controls", "%", 53, *ONG, _percent("sex", "female", "control")),
    ("Female, lcSSc", "%", 96, *ONG, _percent("sex", "female", "lcSSc")),
    ("Female, dcSSc", "%", 77, *ONG, _percent("sex", "female", "dcSSc")),
    ("Age, controls, mean", "years", 53.7, *ONG, _mean("age_years", "control")),
    ("Age, lcSSc, mean", "years", 59.1, *ONG, _mean("age_years", "lcSSc")),
    ("Age, dcSSc, mean", "years", 55.1, *ONG, _mean("age_years", "dcSSc")),
    ("Disease duration, lcSSc, mean", "months", 152.6, *ONG,
     _mean("disease_duration_months", "lcSSc")),
    ("Disease duration, dcSSc, mean", "months", 52.4, *ONG,
     _mean("disease_duration_months", "dcSSc")),
    ("Platelets, high stratum, mean", "10^9/L", 458, *ONG, _mean("platelets_10e9_l", HIGH)),
    ("Platelets, normal stratum, mean", "10^9/L", 276, *ONG, _mean("platelets_10e9_l", NORMAL)),
    ("Platelets, normal stratum, SD", "10^9/L", 52.6, *IQR, _sd("platelets_10e9_l", NORMAL)),
    ("Platelets, lcSSc, mean", "10^9/L", 264, *ONG, _mean("platelets_10e9_l", "lcSSc")),
    ("Platelets, lcSSc, SD", "10^9/L", 51.9, *IQR, _sd("platelets_10e9_l", "lcSSc")),
    ("C-reactive protein, lcSSc, median", "mg/L", 3.7,
     *_computed("lognormal through muangchan2012crp"), _median("crp_mg_l", "lcSSc")),
    ("C-reactive protein, normal stratum, median", "mg/L", 5.1,
     *_computed(f"lognormal through muangchan2012crp, {UNSELECTED}"), _median("crp_mg_l", NORMAL)),
    ("Erythrocyte sedimentation rate, lcSSc, median", "mm/h", 13.5,
     *_other("92 patients of all subsets"), _median("esr_mm_h", "lcSSc")),
    ("Erythrocyte sedimentation rate, normal stratum, median", "mm/h", 19.6,
     *_computed(f"lognormal through becker2019eustar, {UNSELECTED}"), _median("esr_mm_h", NORMAL)),
    ("Skin score, lcSSc, median", "points", 4, *BIOPSY, _median("mrss", "lcSSc")),
    ("Skin score, dcSSc, median", "points", 18, *BIOPSY, _median("mrss", "dcSSc")),
    ("Anti-topoisomerase I, dcSSc", "%", 33, *ANTIBODIES, _percent("autoantibody", "ATA", "dcSSc")),
    ("Anti-RNA polymerase III, dcSSc", "%", 25, *ANTIBODIES,
     _percent("autoantibody", "ARA", "dcSSc")),
    ("Anticentromere, lcSSc", "%", 45, *ANTIBODIES, _percent("autoantibody", "ACA", "lcSSc")),
    ("Interstitial lung disease, dcSSc", "%", 38, *LUNG, _percent("ild", 1, "dcSSc")),
    ("Interstitial lung disease, lcSSc", "%", 16, *LUNG, _percent("ild", 1, "lcSSc")),
    ("Renal crisis, dcSSc", "%", 11, *_assumed("with anti-RNA polymerase III 28%, nihtyanova2020"),
     _percent("renal_crisis", 1, "dcSSc")),
)
_PLATES: tuple[_Row, ...] = (
    ("IL-6 below 3.12 pg/mL, controls", "%", 91, *_computed("lognormal with median 1.2 pg/mL"),
     _percent("il6_below", 1, "control")),
    ("IL-6 below 3.12 pg/mL, lcSSc", "%", 52,
     *_computed("lognormal with median 3.0 pg/mL, near becker2019"),
     _percent("il6_below", 1, "lcSSc")),
    ("IL-6 above 10 pg/mL, lcSSc", "%", 11,
     *_computed("lognormal with median 3.0 pg/mL, near becker2019"),
     _percent("il6_high", 1, "lcSSc")),
    ("IL-6 above 10 pg/mL, normal stratum", "%", 18, *_assumed("median 4 pg/mL"),
     _percent("il6_high", 1, NORMAL)),
    ("IL-6 above 10 pg/mL, high stratum", "%", 50, *_assumed("median 10 pg/mL"),
     _percent("il6_high", 1, HIGH)),
    ("IL-6 above 10 pg/mL, dcSSc", "%", 32.4, "related group",
     "ghuman2024, early dcSSc with lung disease", _percent("il6_high", 1, "dcSSc")),
    ("IL-6 with C-reactive protein, dcSSc", "rho", 0.65, *_other("ohtsuka2010: 0.69"),
     _rho("crp_mg_l", "dcSSc")),
    ("IL-6 with sedimentation rate, dcSSc", "rho", 0.50, *_other("lin2022: 0.44"),
     _rho("esr_mm_h", "dcSSc")),
    ("IL-6 with platelets, dcSSc", "rho", 0.45,
     *_assumed("published for no cohort of systemic sclerosis"),
     _rho("platelets_10e9_l", "dcSSc")),
    ("IL-6 with skin score, dcSSc", "rho", 0.40, *_other("sato2001: 0.63; others 0.2 to 0.4"),
     _rho("mrss", "dcSSc")),
    ("sIL-6R, controls, median", "ng/mL", 38, *_assumed("35 to 45 ng/mL"),
     _median("sil6r", "control")),
    ("sIL-6R, lcSSc, median", "ng/mL", 41, *_assumed("slightly above controls, hasegawa1998"),
     _median("sil6r", "lcSSc")),
    ("sIL-6R, dcSSc, coefficient of variation", "%", 30, *_assumed("between persons"),
     _coefficient_of_variation("sil6r", "dcSSc")),
    ("Duplicates, coefficient of variation", "%", 3, *_assumed("2 to 5% within plates"),
     _within_plates),
    ("Controls, coefficient of variation", "%", 3, *_assumed("3 to 7% between plates"),
     _between_plates),
)
_SKIN: tuple[_Row, ...] = (
    ("Change over 3 years, dcSSc with IL-6 not high, mean", "points", -5,
     *_assumed("after khanna2018ol and shand2007"), _skin_change("mean")),
    ("Change over 3 years, dcSSc with IL-6 not high, SD", "points", 8,
     *_assumed("after khanna2018ol; two scores with the error of clements1995"),
     _skin_change("std")),
    ("Score at 3 years, dcSSc, IL-6 high less not high", "points", 7,
     *_assumed("khan2012 gives the direction only"), _skin_difference),
    ("Planned visits missed", "%", 8, *_assumed("at random"), _visits_missed),
)
_FOLLOWUP: tuple[_Row, ...] = (
    ("Died during follow-up, dcSSc", "%", 45, *_assumed("15 to 20 deaths"),
     _percent("death_observed", 1, "dcSSc")),
    ("Mortality rate ratio, dcSSc, IL-6 high / not high", "", 2.5,
     *_assumed("hazard ratio given age and sex; delauretis2013: 2.69"), _mortality_ratio),
)
# fmt: on

TARGETS: tuple[Target, ...] = tuple(
    Target(
        file=file, quantity=quantity, unit=unit, value=value, origin=origin, source=source,
        observe=observe,
    )
    for file, rows in (
        ("participants", _PARTICIPANTS),
        ("elisa_plates", _PLATES),
        ("skin_scores", _SKIN),
        ("followup", _FOLLOWUP),
    )
    for quantity, unit, value, origin, source, observe in rows
) + tuple(
    Target(
        file=file, quantity=quantity, unit=unit, value=value, origin=cast("Origin", origin),
        source=source, observe=_in_tables(observe),
    )
    for file, quantity, unit, value, origin, source, observe in LABORATORY_TARGETS
)  # fmt: skip
"""Every target of the simulation, file by file."""

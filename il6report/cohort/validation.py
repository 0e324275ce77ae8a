"""Whether rows are valid and files fit together: everything that is wrong with a study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from il6report.cohort.codebook import read_variables
from il6report.cohort.schema import table_problems
from il6report.errors import Problem, name_rows

Tables = Mapping[str, pd.DataFrame]

ANALYTE_UNITS = {"il6": "pg/mL", "sil6r": "ng/mL"}
# Planned months stand for visits; one may have taken place this much earlier.
VISIT_WINDOW_MONTHS = 3
# The median of patients in mg/dL lies below this, in mg/L well above it.
LEAST_MEDIAN_CRP_MG_L = 0.8


def study_problems(tables: Tables, codebook: pd.DataFrame) -> list[Problem]:
    """Say everything that is wrong inside and between the raw files.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        File to frame; what misses a file or column that could not be read is passed over.
    codebook : DataFrame
        That of the study.
    """
    variables = read_variables(codebook)
    problems = [
        problem
        for file, table in tables.items()
        for problem in table_problems(file, table, variables)
    ]
    for check, needs in _CHECKS.items():
        if all(set(columns) <= set(tables.get(file, ())) for file, columns in needs.items()):
            problems += check(tables)
    return problems


def _participants_unknown(tables: Tables) -> Iterable[Problem]:
    known = set(tables["participants"]["participant_id"])
    named = {
        file: tables[file]["participant_id"]
        for file in ("skin_scores", "followup")
        if "participant_id" in tables.get(file, ())
    }
    plates = tables.get("elisa_plates", pd.DataFrame())
    if {"role", "sample_id"} <= set(plates):
        named["elisa_plates"] = plates["sample_id"].where(plates["role"] == "sample")
    for file, identifiers in named.items():
        strangers = identifiers.notna() & ~identifiers.isin(known)
        yield from _problem(
            file, "sample_id" if file == "elisa_plates" else "participant_id", strangers,
            expected="a participant_id of participants.csv",
            found=f"{_listed(identifiers.loc[strangers])}, not there",
            remedy="Correct the identifier, or add the participant.",
        )  # fmt: skip


def _strata_misplaced(tables: Tables) -> Iterable[Problem]:
    participants = tables["participants"]
    diffuse = participants["study_group"] == "dcSSc"
    wrong = (participants["sampling_stratum"].notna() != diffuse) & participants[
        "study_group"
    ].notna()
    yield from _problem(
        "participants", "sampling_stratum", wrong,
        expected="a stratum in dcSSc and a blank in all others",
        found=f"the opposite for {_listed(participants.loc[wrong, 'participant_id'])}",
        remedy="Correct sampling_stratum or study_group.",
    )  # fmt: skip


def _peak_below_current(tables: Tables) -> Iterable[Problem]:
    participants = tables["participants"]
    wrong = participants["mrss_peak"] < participants["mrss"]
    yield from _problem(
        "participants", "mrss_peak", wrong,
        expected="a peak skin score not below that of blood sampling",
        found=f"a lower one for {_listed(participants.loc[wrong, 'participant_id'])}",
        remedy="The peak is the highest score recorded up to blood sampling, that one included.",
    )  # fmt: skip


def _crp_in_other_unit(tables: Tables) -> Iterable[Problem]:
    values = tables["participants"]["crp_mg_l"].dropna()
    if not values.empty and values.median() < LEAST_MEDIAN_CRP_MG_L:
        yield Problem(
            where="raw/participants.csv, column crp_mg_l",
            expected="C-reactive protein in mg/L",
            found=f"{len(values)} values that look like mg/dL, some ten times too small",
            remedy="Multiply the column by 10.",
        )


def _followup_half_known(tables: Tables) -> Iterable[Problem]:
    followup = tables["followup"]
    wrong = followup["followup_years"].isna() != followup["death_observed"].isna()
    yield from _problem(
        "followup", "followup_years and death_observed", wrong,
        expected="both, or neither where nothing is known after sampling",
        found=f"one without the other for {_listed(followup.loc[wrong, 'participant_id'])}",
        remedy="Give the years to death or last contact, and whether it was death.",
    )  # fmt: skip


def _deaths_at_sampling(tables: Tables) -> Iterable[Problem]:
    followup = tables["followup"]
    wrong = (followup["followup_years"] == 0) & (followup["death_observed"] == 1)
    yield from _problem(
        "followup", "followup_years", wrong,
        expected="deaths after blood sampling",
        found=f"0 years to the death of {_listed(followup.loc[wrong, 'participant_id'])}",
        remedy="Give the time in parts of a year; one day is 0.003.",
    )  # fmt: skip


def _visits_after_followup(tables: Tables) -> Iterable[Problem]:
    followup = tables["followup"].drop_duplicates("participant_id")
    visits = tables["skin_scores"].reset_index().merge(followup, on="participant_id", how="left")
    visits = visits.set_index("index")
    late = visits["visit_month"] > 12 * visits["followup_years"] + VISIT_WINDOW_MONTHS
    for died, ending in ((1, "death"), (0, "the last contact")):
        wrong = late & (visits["death_observed"] == died)
        yield from _problem(
            "skin_scores", "visit_month", wrong,
            expected=f"visits not after {ending} recorded in followup.csv",
            found=f"later ones for {_listed(visits['participant_id'].where(wrong).dropna())}",
            remedy="Compare the dates: followup_years counts from blood sampling, in years.",
        )  # fmt: skip


def _plates_unusable(tables: Tables) -> Iterable[Problem]:
    plates = tables["elisa_plates"]
    expected = plates["analyte"].map(ANALYTE_UNITS)
    wrong = expected.notna() & (plates["unit"] != expected)
    yield from _problem(
        "elisa_plates", "unit", wrong,
        expected="pg/mL for il6 and ng/mL for sil6r",
        found=f"another unit in {int(wrong.sum())} wells",
        remedy="Convert the nominal concentrations and the unit together.",
    )  # fmt: skip
    nameless = plates["role"].isin(["sample", "control"]) & plates["sample_id"].isna()
    yield from _problem(
        "elisa_plates", "sample_id", nameless,
        expected="the name of every sample and control",
        found=f"{int(nameless.sum())} wells without one",
        remedy="Fill it in, or leave the wells out.",
    )  # fmt: skip
    unplaced = ~plates["well"].fillna("").str.fullmatch("[A-H](0[1-9]|1[0-2])")
    yield from _problem(
        "elisa_plates", "well", unplaced,
        expected="a row letter A to H and a column number 01 to 12",
        found=f"{int(unplaced.sum())} other entries",
        remedy="Write them as B07.",
    )  # fmt: skip


_CHECKS: dict[Callable[[Tables], Iterable[Problem]], dict[str, tuple[str, ...]]] = {
    _participants_unknown: {"participants": ("participant_id",)},
    _strata_misplaced: {"participants": ("participant_id", "study_group", "sampling_stratum")},
    _peak_below_current: {"participants": ("participant_id", "mrss", "mrss_peak")},
    _crp_in_other_unit: {"participants": ("crp_mg_l",)},
    _deaths_at_sampling: {"followup": ("participant_id", "followup_years", "death_observed")},
    _followup_half_known: {"followup": ("participant_id", "followup_years", "death_observed")},
    _visits_after_followup: {
        "followup": ("participant_id", "followup_years", "death_observed"),
        "skin_scores": ("participant_id", "visit_month"),
    },
    _plates_unusable: {"elisa_plates": ("analyte", "unit", "role", "sample_id", "well")},
}
"""Every check between columns or files, with the columns it cannot do without."""


def _problem(
    file: str, column: str, wrong: pd.Series, *, expected: str, found: str, remedy: str
) -> Iterable[Problem]:
    """Tell of wrong rows, where there are any."""
    if wrong.any():
        where = f"raw/{file}.csv, column {column}, {name_rows(np.flatnonzero(wrong))}"
        yield Problem(where=where, expected=expected, found=found, remedy=remedy)


def _listed(identifiers: pd.Series, *, at_most: int = 5) -> str:
    unique = [str(one) for one in identifiers.drop_duplicates()]
    more = f" and {len(unique) - at_most} more" if len(unique) > at_most else ""
    return ", ".join(unique[:at_most]) + more

"""A simulated study seen as an analyst would see it, to hold it against what it was made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from il6report.assays.elisa import quantify_plates

GROUPS = {
    "SSc": ("lcSSc", "dcSSc, normal platelets", "dcSSc, high platelets"),
    "control": ("control",),
    "lcSSc": ("lcSSc",),
    "dcSSc": ("dcSSc, normal platelets", "dcSSc, high platelets"),
    "dcSSc, normal platelets": ("dcSSc, normal platelets",),
    "dcSSc, high platelets": ("dcSSc, high platelets",),
}
LAST_MONTH = 36


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Observed:
    """A simulated study as an analyst would see it, arranged for its calibration.

    Parameters
    ----------
    people : DataFrame
        One row per participant: raw variables, follow-up, `il6`, `sil6r` (the limit where below),
        `il6_below`, `il6_high`, `group`.
    visits : DataFrame
        One row per patient and planned visit up to the end of follow-up: `visit_month`, `mrss`
        (missing where the visit was), `first` (score of month 0), and the patient's group.
    tests : DataFrame
        One row per sample and analyte, as `quantify_plates` gives it.
    controls : DataFrame
        One row per quality control, analyte and plate.
    tables : mapping of str to DataFrame
        The raw files.
    """

    people: pd.DataFrame
    visits: pd.DataFrame
    tests: pd.DataFrame
    controls: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]

    def among(self, group: str) -> pd.DataFrame:
        """Give the participants of a group of `GROUPS`."""
        return self.people[self.people["group"].isin(GROUPS[group])]

    def at_last_visit(self, group: str) -> pd.DataFrame:
        """Give the patients of a group who came to the visit at three years."""
        here = (self.visits["visit_month"] == LAST_MONTH) & self.visits["mrss"].notna()
        return self.visits[here & self.visits["group"].isin(GROUPS[group])]


def observe_study(tables: Mapping[str, pd.DataFrame]) -> Observed:
    """Arrange the raw files of a simulated study for its calibration."""
    serum = quantify_plates(tables["elisa_plates"])
    people = tables["participants"].merge(tables["followup"], on="participant_id", how="left")
    for analyte, samples in serum.samples.groupby("analyte"):
        found = samples.set_index("sample_id")
        people[analyte] = people["participant_id"].map(found["concentration"])
        people[f"{analyte}_below"] = people["participant_id"].map(found["below_quantitation"])
    people["il6_high"] = people["il6"] > 10  # noqa: PLR2004 - the cut of the related group
    stratum = people["sampling_stratum"].str.replace("_", " ")
    people["group"] = people["study_group"] + (", " + stratum).fillna("")
    return Observed(
        people=people,
        visits=_planned_visits(people, tables["skin_scores"]),
        tests=serum.samples,
        controls=serum.controls,
        tables=tables,
    )


def _planned_visits(people: pd.DataFrame, skin_scores: pd.DataFrame) -> pd.DataFrame:
    patients = people.loc[
        people["study_group"] != "control",
        ["participant_id", "group", "il6_high", "followup_years"],
    ]
    months = pd.DataFrame({"visit_month": skin_scores["visit_month"].unique()})
    planned = patients.merge(months, how="cross")
    planned = planned[planned["visit_month"] <= 12 * planned["followup_years"].fillna(0.0)]
    visits = planned.merge(skin_scores, on=["participant_id", "visit_month"], how="left")
    first = skin_scores[skin_scores["visit_month"] == 0].set_index("participant_id")["mrss"]
    return visits.assign(first=visits["participant_id"].map(first))

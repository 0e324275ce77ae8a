"""Files of a study into raw frames: the only reader of `data/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Origin = Literal["simulated", "observed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyDescription:
    """What the data are, from `study.yml`.

    Parameters
    ----------
    title : str
        Title of the study.
    origin : {"simulated", "observed"}
        Whether the data were made or measured; decides whether every page is labelled.
    version : str
        Version of the data.
    seed : int, optional
        Seed they were simulated from.
    """

    title: str
    origin: Origin
    version: str
    seed: int | None = None

    @property
    def label(self) -> str:
        """The label every page, table and figure carries; empty for observed data."""
        return "Simulated data" if self.origin == "simulated" else ""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StudyData:
    """The raw files of a study, as read: one frame per file, nothing dropped or derived.

    Parameters
    ----------
    description : StudyDescription
        From `study.yml`.
    codebook : DataFrame
        One row per variable of every file: file, name, label, unit, type, allowed values.
    participants : DataFrame
        One row per participant.
    elisa_plates : DataFrame
        One row per well.
    skin_scores : DataFrame
        One row per participant and visit.
    followup : DataFrame
        One row per participant with systemic sclerosis.
    """

    description: StudyDescription
    codebook: pd.DataFrame
    participants: pd.DataFrame
    elisa_plates: pd.DataFrame
    skin_scores: pd.DataFrame
    followup: pd.DataFrame

"""The analysis cohort: valid participants with their derived variables, and how they came to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from il6report.source import StudyDescription


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowStep:
    """One step on the way from those enrolled to those analysed.

    Parameters
    ----------
    label : str
        What the participants at this step have in common, as the flow figure prints it.
    counts : mapping of str to int
        Participants at this step by analysis group.
    excluded : mapping of str to int
        Participants lost on the way to this step, by reason.
    parent : str
        Label of the step it starts from; empty for the first. Steps with the same parent are
        branches.
    """

    label: str
    counts: Mapping[str, int]
    excluded: Mapping[str, int]
    parent: str = ""

    @property
    def total(self) -> int:
        """Participants at this step, all groups together."""
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantFlow:
    """Steps from enrolment to each analysis, whose every count comes from the data.

    Parameters
    ----------
    steps : tuple of FlowStep
        From those enrolled downwards; every step names its parent.
    """

    steps: tuple[FlowStep, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Cohort:
    """Everything an analysis may ask of the participants.

    Parameters
    ----------
    description : StudyDescription
        What the data are.
    participants : DataFrame
        One row per participant: the raw variables that are valid and the derived ones.
    skin_scores : DataFrame
        One row per participant and visit.
    flow : ParticipantFlow
        Who was enrolled, left out and analysed.
    labels : mapping of str to str
        Column to its label with unit, from the codebook, such as "C-reactive protein (mg/L)".
    units : mapping of str to str
        Column to its unit; empty for a pure number or a name.
    """

    description: StudyDescription
    participants: pd.DataFrame
    skin_scores: pd.DataFrame
    flow: ParticipantFlow
    labels: Mapping[str, str]
    units: Mapping[str, str]

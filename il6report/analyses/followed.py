"""Who was followed for survival, and the columns that say so."""

from __future__ import annotations

import pandas as pd

from il6report.analyses.il6_levels import with_il6_level
from il6report.cohort.cohort import Cohort

TIME, EVENT = "followup_years", "death_observed"
YEARS = "years"


def followed_patients(cohort: Cohort, subset: str) -> pd.DataFrame:
    """Give the patients of a subset with a known IL-6 category and follow-up after sampling.

    In the order of their identifiers, so that resampling does not depend on the order of a file.
    """
    everybody = cohort.participants
    patients = everybody[everybody["disease_subset"] == subset]
    followed = with_il6_level(patients).dropna(subset=[TIME, EVENT])
    return followed.sort_values("participant_id", ignore_index=True)

"""Whether rows are valid and files fit together: everything that is wrong with a study."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from il6report.cohort.codebook import read_variables
from il6report.cohort.schema import table_problems
from il6report.errors import Problem


def study_problems(tables: Mapping[str, pd.DataFrame], codebook: pd.DataFrame) -> list[Problem]:
    """Say everything that is wrong inside and between the raw files.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        File to frame; files and columns that could not be read are passed over.
    codebook : DataFrame
        That of the study.
    """
    variables = read_variables(codebook)
    return [
        problem
        for file, table in tables.items()
        for problem in table_problems(file, table, variables)
    ]

"""Results into one row per statistic with a stable identifier: what the report reads, and a file.

The identifier is the question and the key under which its result holds the statistic, such as
`survival.cox.il6_high`. Tables, figures and text show these rows; nothing in the report types a
number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pandas as pd

from il6report.errors import ClaimError
from il6report.estimates import Estimate, Statistic, statistics_frame
from il6report.notation import Part, format_statistic
from il6report.plan import AnalysisPlan


class QuestionResult(Protocol):
    """What the ledger asks of the result of a question."""

    @property
    def statistics(self) -> Mapping[str, Statistic]:
        """The statistics by key, in the order of the report."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Ledger:
    """Every statistic of the study by its identifier.

    Parameters
    ----------
    rows : mapping of str to Statistic
        Identifier to statistic, in the order of the report.
    plan : AnalysisPlan
        Names the family of each test.
    data_label : str
        "Simulated data", or empty where the data were observed.
    """

    rows: Mapping[str, Statistic]
    plan: AnalysisPlan
    data_label: str = ""

    def __getitem__(self, statistic_id: str) -> Statistic:
        try:
            return self.rows[statistic_id]
        except KeyError:
            raise ClaimError(_no_such_statistic(statistic_id, self.rows)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def number(self, statistic_id: str, part: Part = "full") -> str:
        """Print a statistic, or a part of it, as the report shows it."""
        return format_statistic(self[statistic_id], part)

    def to_frame(self) -> pd.DataFrame:
        """Give one row per statistic: id, question, family, unit, display, then the numbers."""
        frame = statistics_frame(self.rows.values())
        families = [self.plan.family_of(one) for one in self.rows]
        front = {
            "id": list(self.rows),
            "question": [one.split(".", 1)[0] for one in self.rows],
            "family": [family.name if family else None for family in families],
            "unit": [
                row.estimate.unit if isinstance(row.estimate, Estimate) else ""
                for row in self.rows.values()
            ],
            "display": [format_statistic(row) for row in self.rows.values()],
        }
        for position, (name, values) in enumerate(front.items()):
            frame.insert(position, name, values)
        return frame

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write `results.csv` and `results.json` into a folder, whole or not at all.

        Returns
        -------
        tuple of Path
            The two files.
        """
        frame = self.to_frame()
        folder.mkdir(parents=True, exist_ok=True)
        records = json.loads(frame.to_json(orient="records", double_precision=15))
        contents = {
            "results.csv": frame.to_csv(index=False, lineterminator="\n"),
            "results.json": json.dumps(records, ensure_ascii=False, indent=1) + "\n",
        }
        for name, content in contents.items():
            (folder / f".{name}").write_text(content, encoding="utf-8", newline="")
        for name in contents:
            (folder / f".{name}").replace(folder / name)
        return folder / "results.csv", folder / "results.json"


def build_ledger(
    questions: Mapping[str, QuestionResult], plan: AnalysisPlan, data_label: str = ""
) -> Ledger:
    """Collect the statistics of all questions under their identifiers.

    Parameters
    ----------
    questions : mapping of str to QuestionResult
        The name of the question to its result, in the order of the report.
    plan : AnalysisPlan
        Declares the families of tests.
    data_label : str
        As in `Ledger`.

    Raises
    ------
    ClaimError
        If a p-value belongs to no declared family.
    """
    rows = {
        f"{question}.{key}": statistic
        for question, result in questions.items()
        for key, statistic in result.statistics.items()
    }
    homeless = [one for one, row in rows.items() if row.test and plan.family_of(one) is None]
    ClaimError.raise_if_any(
        f"the test of {one} belongs to no family; declare it in the plan." for one in homeless
    )
    return Ledger(rows=rows, plan=plan, data_label=data_label)


def _no_such_statistic(statistic_id: str, rows: Mapping[str, Statistic]) -> str:
    question = statistic_id.split(".", 1)[0]
    siblings = [one for one in rows if one.startswith(f"{question}.")] or list(rows)
    return (
        f"the report quotes the statistic {statistic_id!r}, which the study does not hold. "
        f"Those it holds: {', '.join(siblings)}."
    )

"""What the text of the report types by hand: it must be what the code holds."""

import re
from pathlib import Path

from il6report.simulation.parameters import StudyModel

SECTIONS = Path(__file__).parents[1] / "report" / "sections"


def test_the_hazard_ratio_the_discussion_calls_built_in_is_that_of_the_simulation() -> None:
    text = (SECTIONS / "_discussion.qmd").read_text(encoding="utf-8")
    (told,) = re.findall(r"made with a hazard ratio of ([\d.]+), an assumption", text)
    assert float(told) == StudyModel().hazard_ratio_il6_high

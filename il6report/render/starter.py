"""The init command: a small project of the user's own, with data, a report and the look."""

from __future__ import annotations

import shutil
from pathlib import Path

from il6report.errors import RenderError
from il6report.render.project import EXTENSION

PROJECT = """\
project:
  type: default
  render: [report.qmd]
  output-dir: _output
  execute-dir: project
  post-render: python -m il6report.render.docx

# origin: simulated in this file puts a label on every page; origin: observed takes it away.
metadata-files: [data/study.yml]

execute:
  echo: false

format:
  il6report-html: default
  il6report-typst: default
  il6report-docx: default
"""
STUDY = """\
title: A study of my own
origin: simulated
version: 0.1.0
"""
DATA = """\
participant_id,group,marker_pg_ml
P01,control,2.1
P02,control,3.4
P03,control,1.8
P04,control,4.0
P05,control,2.9
P06,control,3.1
P07,patient,5.2
P08,patient,8.7
P09,patient,3.9
P10,patient,12.4
P11,patient,6.6
P12,patient,9.1
P13,patient,4.8
"""
REPORT = """\
---
title: A marker in two groups
author:
  - name: Your Name
    affiliations: [Your Institute]
---

```{python}
#| tags: [parameters]
data = "data"
```

```{python}
#| include: false
from pathlib import Path

import pandas as pd
from great_tables import GT
from plotnine import aes, geom_jitter, ggplot, labs, theme_minimal

from il6report import compare_two_groups

measurements = pd.read_csv(Path(data) / "measurements.csv")
result = compare_two_groups(
    measurements, outcome="marker_pg_ml", group="group", reference="control"
)
shown = result.to_frame()
```

The marker was measured in `{python} len(measurements)` participants. @fig-marker shows the values,
@tbl-comparison the difference between the groups.

```{python}
#| label: fig-marker
#| fig-cap: The marker in controls and patients; one point is one participant.
#| fig-alt: Points in two columns; the patients' are higher.
#| fig-width: 5
#| fig-height: 3.2
(
    ggplot(measurements, aes("group", "marker_pg_ml"))
    + geom_jitter(width=0.1, height=0, random_state=1)
    + labs(x="", y="Marker (pg/ml)")
    + theme_minimal()
)
```

```{python}
#| label: tbl-comparison
#| tbl-cap: Difference between patients and controls, with its confidence interval.
columns = ["contrast", "measure", "estimate", "conf_low", "conf_high", "p_value"]
GT(shown[[column for column in columns if column in shown]]).fmt_number(
    [column for column in columns[2:] if column in shown], n_sigfig=3
)
```
"""
FILES = {
    "_quarto.yml": PROJECT,
    "report.qmd": REPORT,
    "data/study.yml": STUDY,
    "data/measurements.csv": DATA,
    ".gitignore": "/_output/\n/.il6report/\n/.quarto/\n",
}


def write_starter(folder: Path) -> list[Path]:
    """Write a project that renders as it is, for a user to change.

    Parameters
    ----------
    folder : Path
        A new or empty folder.

    Returns
    -------
    list of Path
        What was written, relative to the folder.

    Raises
    ------
    RenderError
        If there are files of these names already; nothing is overwritten.
    """
    taken = [name for name in (*FILES, "_extensions") if (folder / name).exists()]
    RenderError.raise_if_any(
        f"{folder / name}: is there already. Choose an empty folder." for name in taken
    )
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    shutil.copytree(EXTENSION, folder / "_extensions" / EXTENSION.name)
    return [Path(name) for name in (*FILES, f"_extensions/{EXTENSION.name}")]

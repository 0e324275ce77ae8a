"""What a simulated study says about itself: every target beside what came out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import groupby

import pandas as pd

from il6report.notation import MISSING, format_number, format_significant
from il6report.simulation.observation import Observed, observe_study
from il6report.simulation.parameters import StudyModel
from il6report.simulation.targets import TARGETS, Target

CONTENTS = {
    "participants": "one row per participant: who they are, and their state at blood sampling",
    "elisa_plates": "one row per well of the IL-6 and sIL-6R plates, as the reader gives them",
    "skin_scores": "one row per patient and visit of the first three years",
    "followup": "one row per patient: years from blood sampling, and whether death ended them",
    "biopsies": "one row per skin biopsy, stain, cell type and rater",
    "immunoblots": "one row per band of the blots of cultured fibroblasts",
    "qpcr": "one row per well of the quantitative PCR of the same cultures",
}
HEADER = ("Quantity", "Unit", "Target", "Simulated", "Origin of the target", "Source or reason")

OPENING = """# Simulated data

**No patient stands behind these files.** They mirror the design of Khan et al., *Ann Rheum Dis*
2012;71:1235-42, whose patient data are not public. Nothing here is a finding of that paper.

Written by `il6report simulate` with seed {seed}, effect scale {effect_scale} and scale {scale};
the same command gives the same bytes. Change nothing by hand. The parameters, each with its origin,
are in `il6report/simulation/parameters.py`. An effect scale of 0 gives a study in which nothing
that the report tests is there: IL-6 and its receptor are alike in all groups, IL-6 is related to
nothing, early dcSSc stains like control skin, cell lines do not differ and no stimulus acts. The
sampling by platelets stays, and so do the effects of age and sex on survival. A scale of 10 gives a
study ten times as large.

| File | Rows | Holds |
| :-- | --: | :-- |
{files}

`codebook.csv` describes every column; `datapackage.json` says the same to machines (Frictionless
Data Package), with the size and hash of each file; `study.yml` names the study.
`simulation/`, where there is one, holds what the analysis came to on many such studies, as
`il6report repeat` counted it.

## How it was made

- Patients with dcSSc were drawn from a clinic of {clinic_size} into two strata, {high} with more
  than {cut} x 10^9/L platelets and {normal} without, as the related group sampled them. High counts
  are over-represented, so that IL-6 correlates with platelets more strongly than in the clinic.
- Healthy controls have age, sex and serum only.
- The subset of {unknown} patients is given by no source; they were placed in lcSSc
  (`subset_source` is `assumed`).
- Survival counts from blood sampling, given survival until then: no immortal time.
- Planted, because such things happen: a serum above the top standard, assayed again diluted
  {dilution}-fold; a duplicate spoilt by pipetting; {lost} with dcSSc of whom nothing is known after
  sampling; values missing at random; a section of skin that one rater could not score, a saturated
  band, a failed lane, a no-template control that came up late.
- The laboratory is nearly all assumption: the paper's scores, fold changes and inhibitions are not
  public. Doses, lines and biopsies follow abstracts of the same group; sizes are typical bench
  values that nobody looked up. Donor lines and biopsies are other persons than the participants.

## What it was calibrated to

Origins: **paper**, Khan et al. 2012; **related group**, another publication of its authors;
**other cohort**; **computed** from a published number; **assumption**, nobody's finding. Sources
are keys of `report/references.bib` where they look like one. Targets hold for effect scale 1. In
groups of 15 to 29 simulated values differ from them by chance; in large studies they do not, which
a test keeps true.
"""


def write_readme(tables: Mapping[str, pd.DataFrame], model: StudyModel) -> str:
    """Describe a simulated study: its files, how it was made, and targets beside results.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The raw files.
    model : StudyModel
        What they were simulated from.

    Returns
    -------
    str
        Markdown.
    """
    study = observe_study(tables)
    files = [
        f"| `raw/{file}.csv` | {format_number(len(tables[file]), decimals=0)} | {holds} |"
        for file, holds in CONTENTS.items()
    ]
    lost = model.n_without_followup * model.scale
    opening = OPENING.format(
        seed=model.seed,
        effect_scale=f"{model.effect_scale:g}",
        scale=model.scale,
        files="\n".join(files),
        clinic_size=model.clinic_size * model.scale,
        high=model.n_high_platelets * model.scale,
        normal=model.n_normal_platelets * model.scale,
        cut=f"{model.high_platelets_above:g}",
        unknown=model.n_subset_unknown * model.scale,
        dilution=f"{model.reassay_dilution:g}",
        lost="one patient" if lost == 1 else f"{lost} patients",
    )
    parts = [opening]
    for file, targets in groupby(TARGETS, key=lambda target: target.file):
        rows = [HEADER, (":--", ":--", "--:", "--:", ":--", ":--")]
        rows += [_row(target, study) for target in targets]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
        parts.append(f"### `raw/{file}.csv`\n\n{table}\n")
    return "\n".join(parts)


def _row(target: Target, study: Observed) -> tuple[str, ...]:
    found = target.observe(study)
    shown = _format(found, target.unit) if math.isfinite(found) else MISSING
    aim = _format(target.value, target.unit)
    return (target.quantity, target.unit, aim, shown, target.origin, target.source)


def _format(value: float, unit: str) -> str:
    if unit == "persons":
        return format_number(value, decimals=0)
    return format_significant(value, digits=2 if unit in {"%", "rho", "points", ""} else 3)

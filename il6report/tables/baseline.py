"""Characteristics of the participants at blood sampling: Table 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
from great_tables import GT

from il6report.analyses.baseline import CONTRASTS, BaselineResult
from il6report.estimates import Estimate, NotEstimable
from il6report.notation import MISSING, NBSP, format_estimate, format_quartiles, format_statistic
from il6report.plan import GROUP_KEYS
from il6report.tables.style import count_cell, journal_table

_INDENT = "\N{EM SPACE}"


def baseline_table(result: BaselineResult) -> GT:
    """Show the characteristics by group, what is missing, and standardised differences.

    Parameters
    ----------
    result : BaselineResult
        Participants at blood sampling.

    Returns
    -------
    GT
        One row a quantity or level; one column a group.
    """
    groups = {group: key for group, key in GROUP_KEYS.items() if key in _keys(result)}
    rows = [row for variable in result.variables for row in _variable_rows(result, variable.name)]
    headers = {
        key: f"{group} (n{NBSP}={NBSP}{format_statistic(result.statistics[f'n.{key}'], 'n')})"
        for group, key in groups.items()
    }
    return journal_table(
        pd.DataFrame(rows, columns=["what", *groups.values(), *CONTRASTS]),
        table_id="tbl-baseline",
        labels={
            "what": "Characteristic",
            **headers,
            "patients": "SSc against control",
            "strata": "High against normal platelets",
        },
        notes=(
            "Median (quartiles) or number (per cent of those observed).",
            "Standardised difference: difference in means, or distance between the mixes of "
            "levels, in pooled standard deviations. A dash: not measured in that group.",
            "SSc, systemic sclerosis; dcSSc and lcSSc, its diffuse and limited cutaneous "
            "subsets. Antibodies: ATA, topoisomerase I; ARA, RNA polymerase III; ACA, centromere; "
            "U3RNP, U3 ribonucleoprotein; ANA, antinuclear.",
            result.data_label,
        ),
    ).tab_spanner(label="Standardised difference", columns=list(CONTRASTS))


def _variable_rows(result: BaselineResult, name: str) -> Iterator[dict[str, str]]:
    """Lay out one characteristic: its row, its levels beneath, and how many are missing."""
    variable = next(one for one in result.variables if one.name == name)
    label = result.labels[name]
    differences = {
        contrast: _difference(result, f"{name}.standardised_difference.{contrast}")
        for contrast in CONTRASTS
    }
    if variable.kind == "quantity":
        yield {"what": label, **_cells(result, f"{name}.median", _quartiles), **differences}
    elif variable.kind == "yes_no":
        yield {"what": label, **_cells(result, f"{name}.percent.1", _count), **differences}
    elif len(variable.levels) == 2:  # noqa: PLR2004 - one level says it all
        level = variable.levels[0]
        cells = _cells(result, f"{name}.percent.{level}", _count)
        yield {"what": f"{label}: {level}", **cells, **differences}
    else:
        yield {"what": label, **dict.fromkeys(_keys(result), ""), **differences}
        for level in variable.levels:
            cells = _cells(result, f"{name}.percent.{level}", _count)
            yield {"what": f"{_INDENT}{level}", **cells, **dict.fromkeys(CONTRASTS, "")}
    missing = _cells(result, f"{name}.n_missing", _missing)
    if any(cell not in {"0", MISSING} for cell in missing.values()):
        yield {"what": f"{_INDENT}missing", **missing, **dict.fromkeys(CONTRASTS, "")}


def _keys(result: BaselineResult) -> list[str]:
    return [key for key in GROUP_KEYS.values() if result.statistics[f"n.{key}"].n]


def _cells(
    result: BaselineResult, prefix: str, cell: Callable[[BaselineResult, str], str]
) -> dict[str, str]:
    return {key: cell(result, f"{prefix}.{key}") for key in _keys(result)}


def _quartiles(result: BaselineResult, key: str) -> str:
    found = [
        result.statistics[key.replace(".median.", f".{measure}.")].estimate
        for measure in ("median", "lower_quartile", "upper_quartile")
    ]
    values = [one.value for one in found if isinstance(one, Estimate)]
    return format_quartiles(*values) if len(values) == len(found) else MISSING


def _count(result: BaselineResult, key: str) -> str:
    return count_cell(result.statistics[key])


def _missing(result: BaselineResult, key: str) -> str:
    """Write how many are missing; a dash where the characteristic was not measured at all."""
    statistic = result.statistics[key]
    missing = format_estimate(statistic.estimate)
    return MISSING if missing == format_statistic(statistic, "n") else missing


def _difference(result: BaselineResult, key: str) -> str:
    statistic = result.statistics.get(key)
    if statistic is None or isinstance(statistic.estimate, NotEstimable):
        return MISSING
    return format_estimate(statistic.estimate)

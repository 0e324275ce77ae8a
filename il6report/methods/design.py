"""Turn named predictors into the columns of a model matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from il6report.methods.arguments import BoolArray, ColumnReader, FloatArray


@dataclass(frozen=True, kw_only=True, slots=True)
class DesignColumn:
    """What one column of a model matrix stands for.

    Parameters
    ----------
    term : str
        Name of the predictor.
    level, reference : str or None
        For a categorical predictor: this level against the first.
    """

    term: str
    level: str | None = None
    reference: str | None = None

    @property
    def key(self) -> str:
        """Name of the coefficient: the predictor, with "=level" for a categorical one."""
        return self.term if self.level is None else f"{self.term}={self.level}"

    @property
    def contrast(self) -> str:
        """What the coefficient compares, such as "dcSSc / lcSSc"."""
        return "per unit" if self.level is None else f"{self.level} / {self.reference}"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Design:
    """A model matrix and what its columns stand for.

    Parameters
    ----------
    matrix : array of float, shape (n_rows, 1 + len(columns))
        The first column is the intercept.
    columns : tuple of DesignColumn
        Those after the intercept.
    rows : array of bool, shape (n_rows,)
        In which everything is there.
    """

    matrix: FloatArray
    columns: tuple[DesignColumn, ...]
    rows: BoolArray

    @property
    def constant(self) -> tuple[str, ...]:
        """Predictors that have the same value in all rows."""
        if not self.rows.any():
            return ()
        values = self.matrix[self.rows, 1:]
        same = values.max(axis=0) == values.min(axis=0)
        return tuple(column.term for column, alike in zip(self.columns, same, strict=True) if alike)

    def empty_level(self, among: BoolArray) -> str | None:
        """Name a level of a categorical predictor that none of some rows has, if there is one."""
        chosen = self.matrix[self.rows & among]
        for position, column in enumerate(self.columns, 1):
            if column.level is None:
                continue
            if not chosen[:, position].any():
                return column.level
            siblings = [
                other
                for other, sibling in enumerate(self.columns, 1)
                if sibling.term == column.term
            ]
            if chosen[:, siblings].any(axis=1).all():
                return column.reference
        return None


def design_matrix(reader: ColumnReader, predictors: Sequence[str], observed: BoolArray) -> Design:
    """Read predictors, each another column, as a model matrix with an intercept.

    Numeric columns enter as they are; text and categorical columns as one column of 0 and 1 for
    each level but the first, among the rows in which everything is there; a single level is a
    column of zeros.
    """
    numeric = {name: reader.numbers(name) for name in predictors if is_quantity(reader.data, name)}
    labels = {name: reader.labels(name) for name in predictors if name not in numeric}
    rows = observed.copy()
    for values in numeric.values():
        rows &= ~np.isnan(values)
    for one in labels.values():
        rows &= one.codes >= 0
    parts = [np.ones(rows.size)]
    columns: list[DesignColumn] = []
    for name in predictors:
        if name in numeric:
            parts.append(numeric[name])
            columns.append(DesignColumn(term=name))
            continue
        counts = labels[name].among(rows).counts
        present = [code for code in range(len(counts)) if counts[code]]
        if len(present) == 1:
            parts.append(np.zeros(rows.size))
            columns.append(DesignColumn(term=name))
        for code in present[1:]:
            parts.append((labels[name].codes == code).astype(np.float64))
            levels = labels[name].levels
            columns.append(
                DesignColumn(term=name, level=levels[code], reference=levels[present[0]])
            )
    return Design(matrix=np.column_stack(parts), columns=tuple(columns), rows=rows)


def is_quantity(data: pd.DataFrame, column: str) -> bool:
    """Whether a column holds numbers rather than the names of groups, whatever its dtype."""
    if column not in data or isinstance(data[column], pd.DataFrame):
        return True
    series = data[column]
    if isinstance(series.dtype, pd.CategoricalDtype):
        return False
    if pd.api.types.is_numeric_dtype(series.dtype):
        return True
    return pd.api.types.infer_dtype(series.to_numpy(), skipna=True) in {
        "integer", "floating", "mixed-integer-float", "decimal", "boolean",
    }  # fmt: skip

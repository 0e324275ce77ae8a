"""Curves, dilution and limits of agreement, beside `tests/reference/measurement.R`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.agreement.case import Case, read_data
from il6report.assays.dilution import dilution_linearity
from il6report.assays.parallelism import fit_parallel_curves
from il6report.assays.standard_curve import fit_standard_curve
from il6report.estimates import Statistic
from il6report.methods.limits_of_agreement import bland_altman
from il6report.methods.order_statistics import regression_on_order


def cases() -> dict[str, Case]:
    """Compute every measurement that R was asked for."""
    return {**_five_parameters(), **_parallel_runs(), **_pairs_of_meters(), **_below_limits()}


def _case(function: str, data: str, statistic: Statistic) -> Case:
    return Case(function=function, data=data, row=statistic.to_row())


def _five_parameters() -> dict[str, Case]:
    found: dict[str, Case] = {}
    for weights in ("1/y", "none"):
        curve = fit_standard_curve(
            read_data("DNase"), concentration="conc", response="density", model="5pl",
            weights=weights, recovery_limits_percent=(1, 1000),
        )  # fmt: skip
        for row in curve.to_frame().to_dict("records"):
            found[f"five.{weights}.{row['term']}"] = Case(
                function=f"fit_standard_curve(model='5pl', weights={weights!r})",
                data="DNase",
                row={str(name): value for name, value in row.items()},
            )
    return found


def _parallel_runs() -> dict[str, Case]:
    runs = read_data("DNase").query("Run <= 3")
    parallel = fit_parallel_curves(
        runs, concentration="conc", response="density", preparation="Run", reference="1"
    )
    dilution = dilution_linearity(
        read_data("data/dilutions"), concentration="read", dilution_factor="dilution", sample="run"
    )
    call = "fit_parallel_curves()"
    return {
        **{f"potency.{run}": _case(call, "DNase", one) for run, one in parallel.potencies.items()},
        **{
            f"slope_ratio.{run}": _case(call, "DNase", one)
            for run, one in parallel.slope_ratios.items()
        },
        "parallelism": _case(call, "DNase", parallel.parallelism),
        "dilution.dnase": _case("dilution_linearity()", "DNase", dilution.slope),
    }


def _pairs_of_meters() -> dict[str, Case]:
    found = bland_altman(read_data("data/pefr"), "wright", "mini")
    rows = {
        "bias": found.bias,
        "lower": found.lower,
        "upper": found.upper,
        "proportional": found.proportional_bias,
    }
    call = "bland_altman()"
    return {f"{name}.pefr": _case(call, "Bland 1986", row) for name, row in rows.items()}


def _below_limits() -> dict[str, Case]:
    ozone = read_data("data/airquality")["Ozone"].dropna().to_numpy()
    found: dict[str, Case] = {}
    for limits in ((20,), (10, 20)):
        limit = np.resize(limits, len(ozone))
        data = pd.DataFrame({"ozone": np.maximum(ozone, limit), "below": ozone < limit})
        result = regression_on_order(data, "ozone", "below")
        rows = {
            "geometric_mean": result.geometric_mean,
            "mean": result.mean,
            "sigma": result.sigma,
        }
        for name, row in rows.items():
            call = "regression_on_order()"
            found[f"order.{len(limits)}.{name}"] = _case(call, "airquality", row)
    return found

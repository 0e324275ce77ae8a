"""Blocks, raters, curves and competing causes, whose reference values have their own tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from benchmarks.agreement.case import Agreement, Row, read_data
from il6report.estimates import Estimate, NotEstimable, Statistic
from il6report.methods.block_comparisons import blocked_contrasts
from il6report.methods.competing_risks import cumulative_incidence
from il6report.methods.dose_curves import dose_response
from il6report.methods.mean_ratio import ratio_of_means
from il6report.methods.mixed_effects import mixed_model
from il6report.methods.raters import agreement

_MODELS = {
    "sleepstudy_intercept": ("sleepstudy", "Reaction ~ Days", None, ("Intercept", "Days")),
    "sleepstudy_slope": ("sleepstudy", "Reaction ~ Days", "~Days", ("Intercept", "Days")),
    "orthodont": ("orthodont", "distance ~ age * Female", None,
                  ("Intercept", "age", "Female", "age:Female")),
}  # fmt: skip


def collect() -> Iterator[Agreement]:
    """Compute all of them."""
    yield from _mixed_models()
    yield from _blocks()
    yield from _raters()
    yield from _curves()
    yield from _incidence()


def _compare(call: str, data: str, r: str, ours: Row, theirs: Row) -> Iterator[Agreement]:
    """Put every number that R gave beside ours of the same name."""
    for column, value in theirs.items():
        yield Agreement(
            case=call, column=column, function=call, data=data, r=r,
            ours=float(str(ours[column])), theirs=float(str(value)),
        )  # fmt: skip


def _row(estimate: Estimate | NotEstimable) -> Row:
    return Statistic(term="", estimate=estimate).to_row()


def _chosen(row: Mapping[str, object], *columns: str) -> Row:
    return {column: float(str(row[column])) for column in columns}


def _mixed_models() -> Iterator[Agreement]:
    wanted = read_data("laboratory_satterthwaite")
    for name, (data, formula, effects, terms) in _MODELS.items():
        frame = read_data(f"laboratory_{data}")
        if "Sex" in frame:
            frame = frame.assign(Female=(frame["Sex"] == "Female") * 1)
        found = mixed_model(frame, formula, groups="Subject", re_formula=effects).to_frame()
        rows = found.set_index("term")
        random = "random slope" if effects else "random intercept"
        for term, theirs in zip(
            terms, wanted[wanted["model"] == name].to_dict("records"), strict=True
        ):
            columns = ("estimate", "std_error", "statistic", "df")
            yield from _compare(
                f"mixed_model({formula!r}), {random}, {term}", data, "lmerTest::lmer()",
                rows.loc[term].to_dict(), _chosen(theirs, *columns),
            )  # fmt: skip


def _blocks() -> Iterator[Agreement]:
    wanted = read_data("laboratory_dunnett")
    immer = read_data("laboratory_immer")
    found = blocked_contrasts(immer, "Y1", "Var", "Loc", reference="M").to_frame()
    for (_, ours), theirs in zip(
        found.iterrows(), wanted[wanted["design"] == "complete"].to_dict("records"), strict=False
    ):
        columns = ("estimate", "std_error", "statistic", "df", "p_value", "p_adjusted", "conf_low",
                   "conf_high")  # fmt: skip
        yield from _compare(
            f"blocked_contrasts(reference='M'), {theirs['contrast']}", "immer",
            "multcomp::glht(mcp(Var = 'Dunnett'))", ours.to_dict(), _chosen(theirs, *columns),
        )  # fmt: skip
    ratio = _chosen(read_data("laboratory_fieller").to_dict("records")[0], "estimate", "conf_low",
                    "conf_high")  # fmt: skip
    yield from _compare(
        "ratio_of_means(method='fieller')", "simulated pairs", "Fieller's formula, per cent",
        _row(ratio_of_means(read_data("laboratory_paired"), "a", "b")),
        {name: 100 * float(str(value)) for name, value in ratio.items()},
    )  # fmt: skip


def _scores(table: str) -> pd.DataFrame:
    """Write a table of two raters out as one row per specimen."""
    counts = read_data(f"laboratory_{table}").to_numpy()
    pairs = [
        (one, two)
        for one, row in enumerate(counts, 1)
        for two, count in enumerate(row, 1)
        for _ in range(int(count))
    ]
    return pd.DataFrame(pairs, columns=["one", "two"])


def _raters() -> Iterator[Agreement]:
    kappa = read_data("laboratory_weighted_kappa").to_dict("records")[0]
    yield from _compare(
        "agreement(method='weighted_kappa')", "SexualFun", "vcd::Kappa(weights = 'Fleiss-Cohen')",
        agreement(_scores("sexual_fun")).coefficient.to_row(),
        _chosen(kappa, "estimate", "std_error"),
    )  # fmt: skip
    ac2 = read_data("laboratory_gwet_ac2").to_dict("records")[0]
    yield from _compare(
        "agreement(method='gwet_ac2')", "Gwet's abstractors",
        "irrCAC::gwet.ac1.table(weights = 'quadratic')",
        agreement(_scores("abstractors"), method="gwet_ac2").coefficient.to_row(),
        _chosen(ac2, "estimate"),
    )  # fmt: skip
    icc = read_data("laboratory_icc").to_dict("records")[0]
    yield from _compare(
        "agreement(method='icc')", "Shrout and Fleiss 1979", "psych::ICC, ICC2",
        agreement(read_data("laboratory_shrout_fleiss"), method="icc").coefficient.to_row(),
        _chosen(icc, "estimate", "conf_low", "conf_high"),
    )  # fmt: skip


def _curves() -> Iterator[Agreement]:
    wanted = read_data("laboratory_dose_response").rename(
        columns={"ec50": "estimate", "log_std_error": "std_error"}
    )
    dnase = read_data("laboratory_dnase")
    one_run = dnase[dnase["Run"] == 1]
    for theirs, (data, block) in zip(
        wanted.to_dict("records"), ((one_run, None), (dnase, "Run")), strict=True
    ):
        found = dose_response(data, "conc", "density", block=block)
        yield from _compare(
            f"dose_response(block={block!r})", "DNase", "nls() and its profile",
            found.ec50.to_row(),
            _chosen(theirs, "estimate", "std_error", "conf_low", "conf_high"),
        )  # fmt: skip


def _incidence() -> Iterator[Agreement]:
    wanted = read_data("survival_cumulative_incidence").assign(
        cause=lambda rows: rows["cause"].astype(str)
    )
    found = cumulative_incidence(read_data("survival_mgus2"), "months", "outcome", group="sex").at(
        [60, 120]
    )
    ours = found.set_index(["cause", "group", "time"])
    for theirs in wanted[wanted["time"].isin([60, 120])].to_dict("records"):
        key = theirs["cause"], theirs["group"], theirs["time"]
        yield from _compare(
            f"cumulative_incidence().at({key[2]}), cause {key[0]}, {key[1]}", "mgus2",
            "survfit(Surv(months, outcome) ~ sex)", ours.loc[key].to_dict(),
            _chosen(theirs, "n_at_risk", "incidence", "std_error"),
        )  # fmt: skip

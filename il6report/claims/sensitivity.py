"""What the report says about how far the headline estimates hold."""

from __future__ import annotations

from collections.abc import Mapping

from il6report.claims.wording import Claim, ClaimId, Condition, Wording, always, not_estimable
from il6report.decisions import MULTIVERSE
from il6report.estimates import Estimate
from il6report.ledger import Ledger

# From these per cents of the specifications on, a result is said to hold.
_ALL, _NEARLY_ALL, _MOST = 100.0, 95.0, 80.0

_SUBJECTS: Mapping[str, str] = {
    "ratio": "The ratio of IL-6 in dcSSc with high platelets to that in controls",
    "correlation": "The correlation of IL-6 with C-reactive protein",
    "hazard": "The hazard ratio of high IL-6",
}
_MAIN: Mapping[str, str] = {
    "ratio": "circulating_il6.ratio.il6.dcssc_high",
    "correlation": "acute_phase.correlation.crp_mg_l",
    "hazard": "survival.cox.il6_high",
}
_NAMES: Mapping[str, str] = {
    "ratio": "the ratio of geometric means",
    "correlation": "the correlation",
    "hazard": "the hazard ratio",
}
# Estimate and decision to what the sentence calls the decision.
_DECISIONS: Mapping[tuple[str, str], str] = {
    ("ratio", "below_limit"): "how values below the limit of quantitation enter",
    ("ratio", "covariates"): "the covariates",
    ("ratio", "limit"): "where the limit of quantitation lies",
    ("ratio", "platelets"): "from where platelets are called high",
    ("ratio", "unknown_subset"): "where patients of unknown subset are counted",
    ("ratio", "flagged"): "whether flagged sera stay in",
    ("correlation", "scale"): "the scale, and how values below the limit enter",
    ("correlation", "patients"): "which patients are included",
    ("correlation", "covariates"): "what is held constant",
    ("correlation", "missing"): "how missing values are handled",
    ("correlation", "flagged"): "whether flagged sera stay in",
    ("hazard", "il6"): "how IL-6 enters the model",
    ("hazard", "patients"): "which patients are included",
    ("hazard", "covariates"): "the covariates",
    ("hazard", "missing"): "how missing values are handled",
    ("hazard", "penalty"): "the penalty",
    ("hazard", "horizon"): "how long follow-up counts",
}


def _at_least(statistic_id: str, bound: float) -> Condition:
    """Hold where an estimate is no less than a bound."""

    def condition(ledger: Ledger) -> bool:
        found = ledger[statistic_id].estimate
        return isinstance(found, Estimate) and found.value >= bound

    return condition


def _both(first: Condition, second: Condition) -> Condition:
    return lambda ledger: first(ledger) and second(ledger)


def _largest_share(estimate: str, decision: str) -> Condition:
    """Hold where no decision accounts for more of the variance than this one."""

    def condition(ledger: Ledger) -> bool:
        shares = {
            one.name: ledger[_share(estimate, one.name)].estimate for one in MULTIVERSE[estimate]
        }
        known = {name: one.value for name, one in shares.items() if isinstance(one, Estimate)}
        return decision in known and known[decision] == max(known.values())

    return condition


def _share(estimate: str, decision: str) -> str:
    return f"sensitivity.multiverse.{estimate}.share.{decision}"


def _agreement(estimate: str) -> Claim:
    prefix = f"sensitivity.multiverse.{estimate}"
    same, clear = f"{prefix}.same_direction", f"{prefix}.excludes_null"
    numbers = (
        f"kept its direction in {{{same}:estimate}} of {{{same}:n}} specifications and its "
        f"interval excluded the value of no effect in {{{clear}:estimate}} (estimates from "
        f"{{{prefix}.lowest:estimate}} to {{{prefix}.highest:estimate}}; main analysis "
        f"{{{_MAIN[estimate]}:estimate}})"
    )
    subject = _SUBJECTS[estimate]
    return Claim(
        id=ClaimId(f"sensitivity.{estimate}"),
        wordings=(
            Wording(
                when=not_estimable(same),
                text=f"How far {_NAMES[estimate]} depends on the decisions could not be examined.",
            ),
            Wording(
                when=_both(_at_least(same, _ALL), _at_least(clear, _ALL)),
                text=f"{subject} {numbers}: none of these choices takes it away, though they move "
                "its size.",
            ),
            Wording(
                when=_both(_at_least(same, _NEARLY_ALL), _at_least(clear, _MOST)),
                text=f"{subject} {numbers}: hardly any of these choices takes it away.",
            ),
            Wording(
                when=_at_least(same, _NEARLY_ALL),
                text=f"{subject} {numbers}: the direction hardly depends on the choices; whether "
                "it is told apart from no effect does.",
            ),
            Wording(
                when=always,
                text=f"{subject} {numbers}: even the direction depends on the choices.",
            ),
        ),
    )


def _decisive(estimate: str) -> Claim:
    none = not_estimable(_share(estimate, MULTIVERSE[estimate][0].name))
    moved = tuple(
        Wording(
            when=_largest_share(estimate, decision.name),
            text=f"What moved {_NAMES[estimate]} most was "
            f"{_DECISIONS[estimate, decision.name]}, which accounts for "
            f"{{{_share(estimate, decision.name)}:estimate}} of the variance over specifications.",
        )
        for decision in MULTIVERSE[estimate]
    )
    nothing = f"No single decision moved {_NAMES[estimate]}."
    return Claim(
        id=ClaimId(f"sensitivity.{estimate}_decision"),
        wordings=(
            Wording(when=none, text=nothing),
            *moved,
            Wording(when=always, text=nothing),
        ),
    )


_E_VALUE, _E_LIMIT = "sensitivity.e_value.estimate", "sensitivity.e_value.limit"
_DETECTABLE = "sensitivity.detectable.hazard_ratio"

CLAIMS: tuple[Claim, ...] = (
    *(claim for name in MULTIVERSE for claim in (_agreement(name), _decisive(name))),
    Claim(
        id=ClaimId("sensitivity.confounding"),
        wordings=(
            Wording(
                when=not_estimable(_E_VALUE),
                text="There is no hazard ratio for which to ask how much confounding would explain "
                "it.",
            ),
            Wording(
                when=lambda ledger: not _at_least(_E_LIMIT, 1.0 + 1e-9)(ledger),
                text="An unmeasured confounder would have to go with both high IL-6 and death by a "
                f"risk ratio of {{{_E_VALUE}:estimate}} each to explain the estimate (E-value); "
                "the interval includes no effect without any.",
            ),
            Wording(
                when=always,
                text="An unmeasured confounder would have to go with both high IL-6 and death by a "
                f"risk ratio of {{{_E_VALUE}:estimate}} each to explain the estimate, and of "
                f"{{{_E_LIMIT}:estimate}} to let the interval include no effect (E-values).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("sensitivity.precision"),
        wordings=(
            Wording(
                when=not_estimable(_DETECTABLE),
                text="Which hazard ratio the study could have detected cannot be given.",
            ),
            Wording(
                when=always,
                text=f"With {{{_DETECTABLE}:n_events}} deaths the study had the planned power only "
                f"for hazard ratios of {{{_DETECTABLE}:estimate}} or more; a smaller true effect "
                "would mostly be missed, and overestimated where it is not.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("sensitivity.missing"),
        wordings=(
            Wording(
                when=lambda ledger: ledger["sensitivity.missing.n.any"].n_events == 0,
                text="No patient lacked any of the variables examined.",
            ),
            Wording(
                when=always,
                text="Of {sensitivity.missing.n.any:n} patients, "
                "{sensitivity.missing.n.any:n_events} lacked at least one variable: "
                "{sensitivity.missing.n.crp_mg_l:n_events} a C-reactive protein, "
                "{sensitivity.missing.n.esr_mm_h:n_events} a sedimentation rate, "
                "{sensitivity.missing.n.mrss_peak:n_events} a peak skin score, "
                "{sensitivity.missing.n.autoantibody:n_events} an autoantibody and "
                "{sensitivity.missing.n.followup_years:n_events} any follow-up.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("sensitivity.imputation"),
        wordings=(
            Wording(
                when=not_estimable(
                    "sensitivity.missing.hazard.complete", "sensitivity.missing.hazard.imputed"
                ),
                text="What missing values do to the hazard ratio could not be estimated.",
            ),
            Wording(
                when=always,
                text="Adjusted for age and C-reactive protein, the hazard ratio of high IL-6 was "
                "{sensitivity.missing.hazard.complete} in complete cases and "
                "{sensitivity.missing.hazard.imputed} after multiple imputation.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("sensitivity.assay"),
        wordings=(
            Wording(
                when=not_estimable("sensitivity.assay.hazard_ratio"),
                text="The error of the assay could not be carried into the hazard ratio.",
            ),
            Wording(
                when=always,
                text="When the plates were read again in simulation, with the uncertainty of their "
                "calibration and a coefficient of variation of "
                "{sensitivity.assay.well_cv:estimate} in each well, "
                "the category of {sensitivity.assay.reclassified:estimate} of "
                "{sensitivity.assay.reclassified:n} patients with dcSSc changed in at least one "
                "draw in twenty. With this error the hazard ratio was "
                "{sensitivity.assay.hazard_ratio} and the correlation with C-reactive protein "
                "{sensitivity.assay.correlation}.",
            ),
        ),
    ),
)

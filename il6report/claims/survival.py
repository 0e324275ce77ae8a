"""What the report says about survival by IL-6."""

from __future__ import annotations

from il6report.claims.wording import (
    Claim,
    ClaimId,
    Wording,
    above,
    always,
    clearly_above,
    clearly_below,
    imprecise,
    not_estimable,
    rejected,
)

_CRUDE = "survival.cox.il6_high"
_ADJUSTED = "survival.cox_adjusted.il6_high"
_LOGRANK = "survival.logrank"
_CONTINUOUS = "survival.cox.log2_il6"
_HAZARDS = "survival.proportional_hazards.il6_high"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId("survival.follow_up"),
        wordings=(
            Wording(
                when=not_estimable("survival.follow_up"),
                text="{survival.n_events:estimate} of {survival.n_events:n} patients with dcSSc "
                "and follow-up died.",
            ),
            Wording(
                when=always,
                text="During a median follow-up of {survival.follow_up}, "
                "{survival.n_events:estimate} of {survival.n_events:n} patients with dcSSc died.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.continuous"),
        wordings=(
            Wording(
                when=not_estimable(_CONTINUOUS),
                text="The hazard ratio per doubling of IL-6 could not be estimated "
                "({survival.cox.log2_il6:inside}).",
            ),
            Wording(
                when=clearly_above(_CONTINUOUS),
                text="Taken as a continuous quantity, higher IL-6 went with higher mortality "
                "(hazard ratio per doubling {survival.cox.log2_il6:inside}).",
            ),
            Wording(
                when=clearly_below(_CONTINUOUS),
                text="Taken as a continuous quantity, higher IL-6 went with lower mortality "
                "(hazard ratio per doubling {survival.cox.log2_il6:inside}).",
            ),
            Wording(
                when=always,
                text="Taken as a continuous quantity, IL-6 was not clearly related to mortality "
                "(hazard ratio per doubling {survival.cox.log2_il6:inside}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.hazard"),
        wordings=(
            Wording(
                when=not_estimable(_CRUDE),
                text="The hazard ratio of high IL-6 was {survival.cox.il6_high}.",
            ),
            Wording(
                when=clearly_above(_CRUDE),
                text="Patients with high IL-6 had a higher mortality than the others (hazard "
                "ratio {survival.cox.il6_high:inside}).",
            ),
            Wording(
                when=clearly_below(_CRUDE),
                text="Patients with high IL-6 had a lower mortality than the others (hazard ratio "
                "{survival.cox.il6_high:inside}).",
            ),
            Wording(
                when=above(_CRUDE),
                text="The point estimate is of a higher mortality with high IL-6, but the "
                "interval includes no difference (hazard ratio {survival.cox.il6_high:inside}).",
            ),
            Wording(
                when=always,
                text="The data do not point to a higher mortality with high IL-6 (hazard ratio "
                "{survival.cox.il6_high:inside}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.logrank"),
        wordings=(
            Wording(
                when=lambda ledger: ledger[_LOGRANK].test is None,
                text="The curves could not be compared.",
            ),
            Wording(
                when=rejected(_LOGRANK),
                text="The log-rank test tells the curves apart ({survival.logrank:p}).",
            ),
            Wording(
                when=always,
                text="The log-rank test does not tell the curves apart ({survival.logrank:p}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.adjusted"),
        wordings=(
            Wording(
                when=not_estimable(_ADJUSTED),
                text="The hazard ratio adjusted for age was {survival.cox_adjusted.il6_high}.",
            ),
            Wording(
                when=always,
                text="Adjusted for age, the hazard ratio was {survival.cox_adjusted.il6_high}, "
                "estimated from {survival.events_per_variable:estimate} deaths per coefficient.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.proportional"),
        wordings=(
            Wording(
                when=not_estimable(_HAZARDS),
                text="Whether hazards were proportional could not be examined.",
            ),
            Wording(
                when=rejected(_HAZARDS),
                text="The hazards were not proportional: the hazard ratio changed with time "
                "(correlation of residuals with time "
                "{survival.proportional_hazards.il6_high:inside}), so a single ratio is an "
                "average over follow-up.",
            ),
            Wording(
                when=always,
                text="There was no clear departure from proportional hazards (correlation of "
                "residuals with time {survival.proportional_hazards.il6_high:inside}), though so "
                "few deaths would show only a strong one.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.precision"),
        wordings=(
            Wording(
                when=imprecise(_CRUDE, ratio=4.0),
                text="A cohort with {survival.n_events:estimate} deaths leaves a wide interval "
                "for the hazard of high IL-6, whichever way the estimate points.",
            ),
            Wording(
                when=always,
                text="The hazard of high IL-6 was estimated from {survival.n_events:estimate} "
                "deaths with fair precision.",
            ),
        ),
    ),
)

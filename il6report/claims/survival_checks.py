"""What the report says about survival looked at in other ways, and about a chosen cut."""

from __future__ import annotations

from il6report.claims.wording import (
    Claim,
    ClaimId,
    Wording,
    always,
    clearly_above,
    clearly_below,
    not_estimable,
    rejected,
)

_YEARS = "survival.restricted_mean.difference"
_LANDMARK = "survival.landmark.il6_high"
_FIRTH = "survival.cox_firth.il6_high"
_ASSOCIATION = "survival.spline.association"
_SHAPE = "survival.spline.nonlinearity"
_CONCORDANCE = ("survival.concordance.apparent", "survival.concordance.corrected")
_LIMITED = "survival.lcssc.cox.log2_il6"
_SELECTED = "survival.cut.selected"
_APPARENT = "survival.cut.apparent"
_CORRECTED = "survival.cut.corrected"
_SHARES = ("survival.cut.significant_uncorrected", "survival.cut.significant_corrected")

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId("survival.restricted_mean"),
        wordings=(
            Wording(
                when=not_estimable(_YEARS),
                text=f"The difference in years lived up to the horizon was {{{_YEARS}}}.",
            ),
            Wording(
                when=clearly_below(_YEARS),
                text="Up to the horizon, patients with high IL-6 lived less long (difference "
                f"{{{_YEARS}:inside}}).",
            ),
            Wording(
                when=clearly_above(_YEARS),
                text="Up to the horizon, patients with high IL-6 lived longer (difference "
                f"{{{_YEARS}:inside}}).",
            ),
            Wording(
                when=always,
                text="The years lived up to the horizon did not clearly differ (difference "
                f"{{{_YEARS}:inside}}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.landmark"),
        wordings=(
            Wording(
                when=not_estimable(_LANDMARK),
                text="Among those alive at the landmark, the hazard ratio of high IL-6 was "
                f"{{{_LANDMARK}}}.",
            ),
            Wording(
                when=always,
                text="Among the {survival.landmark.n_events:n} patients alive and followed beyond "
                "the landmark, of whom {survival.landmark.n_events:estimate} died later, the "
                f"hazard ratio of high IL-6 was {{{_LANDMARK}}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.penalised"),
        wordings=(
            Wording(
                when=not_estimable(_FIRTH),
                text=f"By Firth's method the hazard ratio of high IL-6 was {{{_FIRTH}}}.",
            ),
            Wording(
                when=always,
                text="Firth's method, which draws ratios from few deaths towards 1, gave a hazard "
                f"ratio of {{{_FIRTH}}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.shape"),
        wordings=(
            Wording(
                when=not_estimable(_ASSOCIATION, _SHAPE),
                text=f"A spline along IL-6 was {{{_ASSOCIATION}}}.",
            ),
            Wording(
                when=rejected(_SHAPE),
                text="The log hazard did not follow a straight line along log IL-6 "
                f"(likelihood ratio {{{_SHAPE}:inside}}); between the quartiles of IL-6 the hazard "
                f"ratio was {{{_ASSOCIATION}}}.",
            ),
            Wording(
                when=always,
                text="There was no clear departure of the log hazard from a straight line along "
                f"log IL-6 (likelihood ratio {{{_SHAPE}:inside}}); between the quartiles of IL-6 "
                f"the hazard ratio was {{{_ASSOCIATION}}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.concordance"),
        wordings=(
            Wording(
                when=not_estimable(*_CONCORDANCE),
                text="How well the adjusted model orders patients by risk could not be estimated.",
            ),
            Wording(
                when=always,
                text="The adjusted model ordered patients with a concordance of "
                f"{{{_CONCORDANCE[0]}}}, and of {{{_CONCORDANCE[1]}}} once optimism is taken off.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.limited"),
        wordings=(
            Wording(
                when=lambda ledger: ledger["survival.lcssc.n_events"].n == 0,
                text="Nobody with lcSSc was followed.",
            ),
            Wording(
                when=not_estimable(_LIMITED),
                text="Of {survival.lcssc.n_events:n} patients with lcSSc, "
                "{survival.lcssc.n_events:estimate} died; the hazard ratio per doubling of IL-6 "
                f"was {{{_LIMITED}}}.",
            ),
            Wording(
                when=always,
                text="Of {survival.lcssc.n_events:n} patients with lcSSc, "
                "{survival.lcssc.n_events:estimate} died; their hazard ratio per doubling of IL-6 "
                f"was {{{_LIMITED}}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.cut"),
        wordings=(
            Wording(
                when=not_estimable(_SELECTED),
                text=f"No cut could be selected on these data ({{{_SELECTED}:inside}}).",
            ),
            Wording(
                when=not_estimable(_APPARENT),
                text="Left to these data, the cut that separates survival most would have been "
                f"{{{_SELECTED}:estimate}}, with a hazard ratio that was {{{_APPARENT}}}.",
            ),
            Wording(
                when=always,
                text="Left to these data, the cut that separates survival most would have been "
                f"{{{_SELECTED}:estimate}}, with a hazard ratio that looks like "
                f"{{{_APPARENT}:estimate}} ({{{_APPARENT}:interval}}; {{{_APPARENT}:p}} once the "
                "search is allowed for).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.cut_corrected"),
        wordings=(
            Wording(
                when=not_estimable(_CORRECTED),
                text="What is left of it without the selection could not be estimated.",
            ),
            Wording(
                when=always,
                text=f"Less the optimism of the selection the ratio is {{{_CORRECTED}}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("survival.cut_resamples"),
        wordings=(
            Wording(
                when=not_estimable(*_SHARES),
                text="How stable a selected cut would be could not be examined.",
            ),
            Wording(
                when=always,
                text="Resampling the patients moves the selected cut "
                f"({{{_SELECTED}:inside}}). The best cut would have been called significant in "
                f"{{{_SHARES[0]}}} of the resamples without allowance for the search, and in "
                f"{{{_SHARES[1]}}} with it.",
            ),
        ),
    ),
)

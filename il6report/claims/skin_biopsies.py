"""What the report says about stained skin."""

from __future__ import annotations

from il6report.claims.wording import (
    Claim,
    ClaimId,
    Wording,
    above,
    always,
    clear_after_adjustment,
    none_counted,
    not_estimable,
)

_ABSENT = none_counted("skin_biopsies.biopsies.early")
_DERMIS = (
    "skin_biopsies.score.il6.fibroblasts",
    "skin_biopsies.score.il6.mononuclear",
    "skin_biopsies.score.il6.endothelial",
)
_SCORES = (
    "fibroblasts {skin_biopsies.score.il6.fibroblasts}, mononuclear cells "
    "{skin_biopsies.score.il6.mononuclear}, endothelial cells "
    "{skin_biopsies.score.il6.endothelial}"
)
_STAINED = (
    "In {skin_biopsies.biopsies.early:estimate} biopsies of early dcSSc and "
    "{skin_biopsies.biopsies.control:estimate} of healthy skin,"
)
_FIBROBLASTS = (
    "probability of a higher score in fibroblasts {skin_biopsies.score.il6.fibroblasts:inside}"
)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId("skin_biopsies.sample"),
        wordings=(
            Wording(when=_ABSENT, text="No skin biopsies are among these data."),
            Wording(
                when=none_counted("skin_biopsies.sections.unscored"),
                text="Two raters scored {skin_biopsies.sections:estimate} sections of "
                "{skin_biopsies.biopsies.early:estimate} biopsies of early dcSSc and "
                "{skin_biopsies.biopsies.control:estimate} of healthy skin.",
            ),
            Wording(
                when=always,
                text="Two raters scored {skin_biopsies.sections:estimate} sections of "
                "{skin_biopsies.biopsies.early:estimate} biopsies of early dcSSc and "
                "{skin_biopsies.biopsies.control:estimate} of healthy skin; scores missing: "
                "{skin_biopsies.sections.unscored:estimate}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_biopsies.il6"),
        wordings=(
            Wording(when=_ABSENT, text="Staining for IL-6 is therefore not described."),
            Wording(
                when=not_estimable(*_DERMIS),
                text="Staining for IL-6 could not be compared in every cell type: probability that "
                f"a biopsy of early dcSSc is scored higher: {_SCORES}.",
            ),
            Wording(
                when=clear_after_adjustment(*_DERMIS),
                text="IL-6 was scored higher in early dcSSc than in healthy skin in all three cell "
                "types of the dermis. The probability that a biopsy of early dcSSc is scored "
                f"higher was: {_SCORES}.",
            ),
            Wording(
                when=above(*_DERMIS),
                text="IL-6 tended to be scored higher in early dcSSc than in healthy skin, though "
                "not clearly in every cell type of the dermis once adjusted for all comparisons. "
                "The probability that a biopsy of early dcSSc is scored higher was: "
                f"{_SCORES}.",
            ),
            Wording(
                when=always,
                text="IL-6 was not scored higher in early dcSSc throughout the dermis. The "
                "probability that a biopsy of early dcSSc is scored higher was: "
                f"{_SCORES}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_biopsies.keratinocytes"),
        wordings=(
            Wording(when=_ABSENT, text="Nor is the epidermis."),
            Wording(
                when=clear_after_adjustment("skin_biopsies.score.il6.keratinocytes"),
                text="Keratinocytes differed too: {skin_biopsies.score.il6.keratinocytes}.",
            ),
            Wording(
                when=always,
                text="In keratinocytes, which stain in healthy skin, a difference was not shown: "
                "{skin_biopsies.score.il6.keratinocytes}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_biopsies.pstat3"),
        wordings=(
            Wording(when=_ABSENT, text="Nor is phospho-STAT3."),
            Wording(
                when=clear_after_adjustment("skin_biopsies.score.pstat3.fibroblasts"),
                text="Phospho-STAT3 was scored higher in fibroblasts of early dcSSc: "
                "{skin_biopsies.score.pstat3.fibroblasts}.",
            ),
            Wording(
                when=always,
                text="Phospho-STAT3 in fibroblasts was not clearly scored higher in early dcSSc: "
                "{skin_biopsies.score.pstat3.fibroblasts}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_biopsies.vascular"),
        wordings=(
            Wording(when=_ABSENT, text="Nor are vessels."),
            Wording(
                when=always,
                text="IL-6 lay in or around vessels in {skin_biopsies.vascular.early:n_events} of "
                "{skin_biopsies.vascular.early:n} biopsies of early dcSSc, "
                "{skin_biopsies.vascular.early}, and in "
                "{skin_biopsies.vascular.control:n_events} of {skin_biopsies.vascular.control:n} "
                "of healthy skin, {skin_biopsies.vascular.control}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_biopsies.agreement"),
        wordings=(
            Wording(when=_ABSENT, text="Nor is the agreement of raters."),
            Wording(
                when=not_estimable("skin_biopsies.kappa.il6"),
                text="The agreement of the raters on IL-6 could not be estimated.",
            ),
            Wording(
                when=always,
                text="On IL-6 the raters gave the same score to {skin_biopsies.same.il6:estimate} "
                "of sections; weighted kappa was {skin_biopsies.kappa.il6} and Gwet's AC2 "
                "{skin_biopsies.ac2.il6}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_biopsies.brief"),
        wordings=(
            Wording(when=_ABSENT, text="No skin was stained."),
            Wording(
                when=not_estimable(*_DERMIS),
                text="Staining of skin for IL-6 could not be compared in every cell type.",
            ),
            Wording(
                when=clear_after_adjustment(*_DERMIS),
                text=f"{_STAINED} IL-6 was scored higher in early dcSSc in all three cell types of "
                f"the dermis ({_FIBROBLASTS}).",
            ),
            Wording(
                when=above(*_DERMIS),
                text=f"{_STAINED} IL-6 tended to be scored higher in early dcSSc, though not "
                f"clearly in every cell type of the dermis ({_FIBROBLASTS}).",
            ),
            Wording(
                when=always,
                text=f"{_STAINED} IL-6 was not scored higher in early dcSSc throughout the dermis "
                f"({_FIBROBLASTS}).",
            ),
        ),
    ),
)

"""What the report says about the pathway of trans-signalling."""

from __future__ import annotations

from il6report.claims.wording import (
    Claim,
    ClaimId,
    Wording,
    always,
    clearly_above,
    none_counted,
    not_clearly_above,
    not_estimable,
)

_ABSENT = none_counted("signalling.lines")
_INDUCED = ("signalling.induced.pstat3", "signalling.induced.perk")
_JAK_STAT = ("signalling.blocked.collagen_i.jak2", "signalling.blocked.collagen_i.stat3")
_PATHWAY = (*_JAK_STAT, "signalling.blocked.collagen_i.mek")
_SHARES = (
    "JAK2 {signalling.blocked.collagen_i.jak2}, STAT3 {signalling.blocked.collagen_i.stat3}, MEK "
    "{signalling.blocked.collagen_i.mek}"
)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId("signalling.induced"),
        wordings=(
            Wording(when=_ABSENT, text="No phospho-proteins are among these data."),
            Wording(
                when=clearly_above(*_INDUCED),
                text="IL-6 with its receptor induced the phospho-proteins. Ratios to untreated "
                "cells: phospho-STAT3 {signalling.induced.pstat3}, phospho-ERK "
                "{signalling.induced.perk}.",
            ),
            Wording(
                when=always,
                text="Induction by IL-6 with its receptor was not clear for both phospho-proteins: "
                "phospho-STAT3 {signalling.induced.pstat3}, phospho-ERK "
                "{signalling.induced.perk}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("signalling.collagen"),
        wordings=(
            Wording(when=_ABSENT, text="Inhibitors are therefore not described."),
            Wording(
                when=not_estimable(*_PATHWAY),
                text="What inhibitors took away of the induced collagen I could not be estimated "
                f"for all of them: {_SHARES}.",
            ),
            Wording(
                when=clearly_above(*_PATHWAY),
                text="Inhibitors of JAK2, STAT3 and MEK each took away part of the induced "
                f"collagen I: {_SHARES}.",
            ),
            Wording(
                when=clearly_above(*_JAK_STAT),
                text="Inhibitors of JAK2 and STAT3 took away part of the induced collagen I; for "
                f"MEK this was not shown: {_SHARES}.",
            ),
            Wording(
                when=always,
                text=f"Which inhibitors took away induced collagen I is not clear: {_SHARES}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("signalling.negative_control"),
        wordings=(
            Wording(when=_ABSENT, text="Nor is the negative control."),
            Wording(
                when=not_estimable("signalling.blocked.collagen_i.pi3k"),
                text="The negative control, an inhibitor of PI3K, could not be judged.",
            ),
            Wording(
                when=not_clearly_above("signalling.blocked.collagen_i.pi3k"),
                text="The negative control, an inhibitor of PI3K, did not clearly take anything "
                "away: {signalling.blocked.collagen_i.pi3k}.",
            ),
            Wording(
                when=always,
                text="An inhibitor of PI3K, meant as the negative control, took some away too, "
                "which speaks against the specificity of the others: "
                "{signalling.blocked.collagen_i.pi3k}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("signalling.specificity"),
        wordings=(
            Wording(when=_ABSENT, text="Nor are the pathways."),
            Wording(
                when=not_estimable("signalling.blocked.perk.mek", "signalling.blocked.pstat3.mek"),
                text="How specific inhibition of MEK was could not be estimated.",
            ),
            Wording(
                when=always,
                text="Inhibition of MEK took away {signalling.blocked.perk.mek} of induced "
                "phospho-ERK and {signalling.blocked.pstat3.mek} of phospho-STAT3.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("signalling.receptor"),
        wordings=(
            Wording(when=_ABSENT, text="Nor is blockade of the receptor."),
            Wording(
                when=always,
                text="Blockade outside the cell took away {signalling.blocked.pstat3.anti_il6r} of "
                "induced phospho-STAT3 by an antibody to the receptor and "
                "{signalling.blocked.pstat3.sgp130fc} by sgp130Fc, which catches trans-signalling "
                "only.",
            ),
        ),
    ),
)

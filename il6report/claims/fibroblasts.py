"""What the report says about matrix proteins of cultured fibroblasts, and their RNA."""

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
    open_ended,
)

_ABSENT = none_counted("fibroblasts.experiments")
_TRANS = tuple(
    f"fibroblasts.protein.{protein}.trans"
    for protein in ("collagen_i", "fibronectin", "ctgf", "alpha_sma")
)
_FOLDS = (
    "collagen I {fibroblasts.protein.collagen_i.trans}, fibronectin "
    "{fibroblasts.protein.fibronectin.trans}, CTGF {fibroblasts.protein.ctgf.trans}, alpha-SMA "
    "{fibroblasts.protein.alpha_sma.trans}"
)
_COLLAGEN_RNA = ("fibroblasts.rna.col1a1.trans", "fibroblasts.rna.col1a2.trans")

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId("fibroblasts.sample"),
        wordings=(
            Wording(when=_ABSENT, text="No experiments with fibroblasts are among these data."),
            Wording(
                when=always,
                text="The fibroblasts are {fibroblasts.lines.ssc:estimate} donor lines of SSc and "
                "{fibroblasts.lines.control:estimate} of healthy skin, studied in "
                "{fibroblasts.experiments:estimate} independent experiments. Left out of "
                "{fibroblasts.bands:estimate} bands: {fibroblasts.bands.saturated:estimate} "
                "saturated, {fibroblasts.bands.failed:estimate} in failed lanes.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("fibroblasts.trans"),
        wordings=(
            Wording(when=_ABSENT, text="Matrix proteins are therefore not described."),
            Wording(
                when=not_estimable(*_TRANS),
                text="Not every matrix protein could be compared between IL-6 with its receptor "
                f"and untreated cells. Ratios: {_FOLDS}.",
            ),
            Wording(
                when=clearly_above(*_TRANS),
                text="IL-6 together with its soluble receptor raised all four matrix proteins over "
                f"untreated cells. Ratios: {_FOLDS}.",
            ),
            Wording(
                when=always,
                text="IL-6 together with its soluble receptor did not clearly raise every matrix "
                f"protein over untreated cells. Ratios: {_FOLDS}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("fibroblasts.receptor"),
        wordings=(
            Wording(when=_ABSENT, text="Nor is the part of the receptor."),
            Wording(
                when=lambda ledger: (
                    clearly_above("fibroblasts.receptor.collagen_i")(ledger)
                    and not_clearly_above("fibroblasts.protein.collagen_i.il6")(ledger)
                ),
                text="The receptor was needed: with it, collagen I was "
                "{fibroblasts.receptor.collagen_i} times what IL-6 alone gave, and IL-6 alone gave "
                "{fibroblasts.protein.collagen_i.il6} times untreated cells.",
            ),
            Wording(
                when=clearly_above("fibroblasts.receptor.collagen_i"),
                text="The receptor added to IL-6: with it, collagen I was "
                "{fibroblasts.receptor.collagen_i} times what IL-6 alone gave, and IL-6 alone gave "
                "{fibroblasts.protein.collagen_i.il6} times untreated cells.",
            ),
            Wording(
                when=always,
                text="Whether the receptor was needed is not clear: with it, collagen I was "
                "{fibroblasts.receptor.collagen_i} times what IL-6 alone gave.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("fibroblasts.rna"),
        wordings=(
            Wording(when=_ABSENT, text="Nor is RNA."),
            Wording(
                when=not_estimable(_TRANS[0], *_COLLAGEN_RNA),
                text="Collagen I could not be compared with its RNA: protein "
                "{fibroblasts.protein.collagen_i.trans}, COL1A1 {fibroblasts.rna.col1a1.trans}, "
                "COL1A2 {fibroblasts.rna.col1a2.trans}.",
            ),
            Wording(
                when=lambda ledger: (
                    clearly_above(_TRANS[0])(ledger) and not_clearly_above(*_COLLAGEN_RNA)(ledger)
                ),
                text="Collagen I rose as protein while a rise of its RNA was not shown: COL1A1 "
                "{fibroblasts.rna.col1a1.trans}, COL1A2 {fibroblasts.rna.col1a2.trans}. With "
                "TGF-beta, the positive control, COL1A1 was {fibroblasts.rna.col1a1.tgf_beta}.",
            ),
            Wording(
                when=clearly_above(_TRANS[0], *_COLLAGEN_RNA),
                text="The RNA of collagen I rose with the protein: COL1A1 "
                "{fibroblasts.rna.col1a1.trans}, COL1A2 {fibroblasts.rna.col1a2.trans}.",
            ),
            Wording(
                when=always,
                text="RNA and protein of collagen I give no uniform picture: protein "
                "{fibroblasts.protein.collagen_i.trans}, COL1A1 {fibroblasts.rna.col1a1.trans}, "
                "COL1A2 {fibroblasts.rna.col1a2.trans}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("fibroblasts.dose"),
        wordings=(
            Wording(when=_ABSENT, text="Nor are doses."),
            Wording(
                when=not_estimable("fibroblasts.ec50.collagen_i"),
                text="The dose of half the effect on collagen I is {fibroblasts.ec50.collagen_i}.",
            ),
            Wording(
                when=open_ended("fibroblasts.ec50.collagen_i"),
                text="Half the effect on collagen I was reached at some "
                "{fibroblasts.ec50.collagen_i:estimate} ({fibroblasts.ec50.collagen_i:interval}): "
                "the doses end before the plateau, so that no upper end can be given.",
            ),
            Wording(
                when=always,
                text="Half the effect on collagen I was reached at "
                "{fibroblasts.ec50.collagen_i:estimate} ({fibroblasts.ec50.collagen_i:interval}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("fibroblasts.qpcr"),
        wordings=(
            Wording(when=_ABSENT, text="Nor is the quality of the PCR."),
            Wording(
                when=not_estimable("fibroblasts.efficiency.col1a1"),
                text="The efficiency of the PCR could not be estimated.",
            ),
            Wording(
                when=always,
                text="Amplification efficiency was {fibroblasts.efficiency.col1a1:estimate} per "
                "cycle for COL1A1 and {fibroblasts.efficiency.col1a2:estimate} for COL1A2; the two "
                "reference genes varied against each other by "
                "{fibroblasts.reference_variation:estimate} on the log2 scale; controls without "
                "template that came up: {fibroblasts.late_blanks:estimate}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("fibroblasts.false_positives"),
        wordings=(
            Wording(when=_ABSENT, text="Nor is the cost of pseudoreplication."),
            Wording(
                when=not_estimable("fibroblasts.false_positives.repeats"),
                text="What it would cost to take repeated experiments for donors cannot be "
                "computed from these data.",
            ),
            Wording(
                when=always,
                text="With the variation seen here, taking all "
                "{fibroblasts.false_positives.repeats:n} experiments for independent evidence "
                "would find a significant effect of a stimulus that does nothing in "
                "{fibroblasts.false_positives.repeats:estimate} of studies; counting the "
                "{fibroblasts.false_positives.lines:n} lines does so in "
                "{fibroblasts.false_positives.lines:estimate}, as it should.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("fibroblasts.brief"),
        wordings=(
            Wording(when=_ABSENT, text="No fibroblasts were studied."),
            Wording(
                when=not_estimable(_TRANS[0]),
                text="The effect of trans-signalling on collagen I could not be estimated.",
            ),
            Wording(
                when=clearly_above(_TRANS[0]),
                text="In cultured fibroblasts of {fibroblasts.protein.collagen_i.trans:n} donors, "
                "IL-6 with its receptor gave {fibroblasts.protein.collagen_i.trans:estimate} times "
                "the collagen I of untreated cells "
                "({fibroblasts.protein.collagen_i.trans:interval}).",
            ),
            Wording(
                when=always,
                text="In cultured fibroblasts of {fibroblasts.protein.collagen_i.trans:n} donors, "
                "IL-6 with its receptor did not clearly raise collagen I: ratio "
                "{fibroblasts.protein.collagen_i.trans}.",
            ),
        ),
    ),
)

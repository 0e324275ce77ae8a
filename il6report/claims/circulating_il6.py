"""What the report says about IL-6 and its soluble receptor in serum."""

from __future__ import annotations

from il6report.claims.wording import (
    Claim,
    ClaimId,
    Wording,
    always,
    clearly_above,
    imprecise,
    not_estimable,
    rejected,
)

_RATIOS = (
    "circulating_il6.ratio.il6.lcssc",
    "circulating_il6.ratio.il6.dcssc_normal",
    "circulating_il6.ratio.il6.dcssc_high",
)
_CATEGORIES = "circulating_il6.categories"
_RECEPTOR = tuple(one.replace(".il6.", ".sil6r.") for one in _RATIOS)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId("circulating_il6.quantifiable"),
        wordings=(
            Wording(
                when=always,
                text="IL-6 was above the limit of quantitation in "
                "{circulating_il6.quantifiable.il6.control} of controls, "
                "{circulating_il6.quantifiable.il6.lcssc} of patients with lcSSc, "
                "{circulating_il6.quantifiable.il6.dcssc_normal} of those with dcSSc and normal "
                "platelets and {circulating_il6.quantifiable.il6.dcssc_high} of those with dcSSc "
                "and high platelets.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("circulating_il6.ratio"),
        wordings=(
            Wording(
                when=not_estimable(*_RATIOS),
                text="The ratio of geometric mean IL-6 to that of controls could not be estimated "
                "in every group: lcSSc {circulating_il6.ratio.il6.lcssc}; dcSSc with normal "
                "platelets {circulating_il6.ratio.il6.dcssc_normal}; dcSSc with high platelets "
                "{circulating_il6.ratio.il6.dcssc_high}.",
            ),
            Wording(
                when=clearly_above(*_RATIOS),
                text="Geometric mean IL-6 was higher than in controls in every group of patients: "
                "{circulating_il6.ratio.il6.lcssc} times as high in lcSSc, "
                "{circulating_il6.ratio.il6.dcssc_normal} times in dcSSc with normal platelets and "
                "{circulating_il6.ratio.il6.dcssc_high} times in dcSSc with high platelets.",
            ),
            Wording(
                when=clearly_above(_RATIOS[-1]),
                text="Geometric mean IL-6 was clearly higher than in controls in dcSSc with high "
                "platelets ({circulating_il6.ratio.il6.dcssc_high:estimate} times; "
                "{circulating_il6.ratio.il6.dcssc_high:interval}); in the other groups the ratio "
                "was {circulating_il6.ratio.il6.lcssc} in lcSSc and "
                "{circulating_il6.ratio.il6.dcssc_normal} in dcSSc with normal platelets.",
            ),
            Wording(
                when=always,
                text="No clear pattern emerged in geometric mean IL-6 against controls: the ratio "
                "was {circulating_il6.ratio.il6.lcssc} in lcSSc, "
                "{circulating_il6.ratio.il6.dcssc_normal} in dcSSc with normal platelets and "
                "{circulating_il6.ratio.il6.dcssc_high} in dcSSc with high platelets.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("circulating_il6.ratio_brief"),
        wordings=(
            Wording(
                when=not_estimable(_RATIOS[-1]),
                text="How IL-6 in dcSSc with high platelets compares with controls could not be "
                "estimated.",
            ),
            Wording(
                when=clearly_above(_RATIOS[-1]),
                text="Geometric mean IL-6 in dcSSc with high platelets was "
                "{circulating_il6.ratio.il6.dcssc_high:estimate} times that of controls "
                "({circulating_il6.ratio.il6.dcssc_high:interval}).",
            ),
            Wording(
                when=always,
                text="Geometric mean IL-6 in dcSSc with high platelets was not clearly different "
                "from controls (ratio {circulating_il6.ratio.il6.dcssc_high:inside}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("circulating_il6.high"),
        wordings=(
            Wording(
                when=always,
                text="IL-6 was high in {circulating_il6.category.high.dcssc_high} of patients with "
                "dcSSc and high platelets, {circulating_il6.category.high.dcssc_normal} of those "
                "with dcSSc and normal platelets, {circulating_il6.category.high.lcssc} of those "
                "with lcSSc and {circulating_il6.category.high.control} of controls.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("circulating_il6.categories"),
        wordings=(
            Wording(
                when=not_estimable(_CATEGORIES),
                text="The categories could not be compared between the groups of patients.",
            ),
            Wording(
                when=rejected(_CATEGORIES),
                text="The categories differed between the groups of patients (Cramér's V "
                "{circulating_il6.categories:inside}).",
            ),
            Wording(
                when=always,
                text="The categories did not clearly differ between the groups of patients "
                "(Cramér's V {circulating_il6.categories:inside}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("circulating_il6.receptor"),
        wordings=(
            Wording(
                when=not_estimable(*_RECEPTOR),
                text="The soluble receptor could not be compared in every group.",
            ),
            Wording(
                when=lambda ledger: any(clearly_above(one)(ledger) for one in _RECEPTOR),
                text="The soluble receptor differed from controls in at least one group: the ratio "
                "was {circulating_il6.ratio.sil6r.lcssc} in lcSSc, "
                "{circulating_il6.ratio.sil6r.dcssc_normal} in dcSSc with normal platelets and "
                "{circulating_il6.ratio.sil6r.dcssc_high} in dcSSc with high platelets.",
            ),
            Wording(
                when=always,
                text="The soluble receptor showed no clear difference from controls: the ratio was "
                "{circulating_il6.ratio.sil6r.lcssc} in lcSSc, "
                "{circulating_il6.ratio.sil6r.dcssc_normal} in dcSSc with normal platelets and "
                "{circulating_il6.ratio.sil6r.dcssc_high} in dcSSc with high platelets.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("circulating_il6.assay"),
        wordings=(
            Wording(
                when=always,
                text="IL-6 was read on {circulating_il6.assay.plates.il6:estimate} plates, with a "
                "median coefficient of variation of duplicates of "
                "{circulating_il6.assay.cv.il6:estimate}. Duplicates disagreed beyond the limit of "
                "the plan in {circulating_il6.assay.duplicate_cv.il6:estimate} of "
                "{circulating_il6.assay.duplicate_cv.il6:n} samples, kept and flagged; "
                "{circulating_il6.assay.reassayed_diluted.il6:estimate} lay above the highest "
                "standard and took the value of a diluted re-assay.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("circulating_il6.above_reference"),
        wordings=(
            Wording(
                when=not_estimable("circulating_il6.upper_reference"),
                text="An upper reference limit could not be fitted to the controls "
                "({circulating_il6.upper_reference:inside}).",
            ),
            Wording(
                when=imprecise("circulating_il6.upper_reference", ratio=10.0),
                text="The upper reference limit fitted to the controls was "
                "{circulating_il6.upper_reference:estimate}; so few controls lie above the limit "
                "of quantitation that its interval is of no use "
                "({circulating_il6.upper_reference:interval}), and the shares of patients above it "
                "only describe this sample.",
            ),
            Wording(
                when=always,
                text="The upper reference limit fitted to the controls was "
                "{circulating_il6.upper_reference}; it was exceeded by "
                "{circulating_il6.above_reference.lcssc} of patients with lcSSc, "
                "{circulating_il6.above_reference.dcssc_normal} with dcSSc and normal platelets "
                "and {circulating_il6.above_reference.dcssc_high} with dcSSc and high platelets.",
            ),
        ),
    ),
)

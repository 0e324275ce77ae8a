"""What the report says about IL-6 and the acute phase."""

from __future__ import annotations

from il6report.claims.wording import (
    Claim,
    ClaimId,
    Wording,
    always,
    clearly_above,
    not_estimable,
)

_CRP = "acute_phase.correlation.crp_mg_l"
_PLATELETS = "acute_phase.correlation.platelets_10e9_l"
_WITHIN = "acute_phase.partial.platelets_10e9_l"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId("acute_phase.crp"),
        wordings=(
            Wording(
                when=not_estimable(_CRP),
                text="The correlation of IL-6 with CRP could not be estimated.",
            ),
            Wording(
                when=clearly_above(_CRP),
                text="IL-6 rose with CRP (rank correlation in {acute_phase.correlation.crp_mg_l:n} "
                "patients {acute_phase.correlation.crp_mg_l:inside}).",
            ),
            Wording(
                when=always,
                text="IL-6 was not clearly related to CRP (rank correlation in "
                "{acute_phase.correlation.crp_mg_l:n} patients "
                "{acute_phase.correlation.crp_mg_l:inside}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("acute_phase.platelets"),
        wordings=(
            Wording(
                when=not_estimable(_PLATELETS, _WITHIN),
                text="The correlation of IL-6 with platelets could not be estimated both over all "
                "patients and within sampling strata.",
            ),
            Wording(
                when=lambda ledger: (
                    clearly_above(_PLATELETS)(ledger) and not clearly_above(_WITHIN)(ledger)
                ),
                text="Over all patients IL-6 rose with the platelet count "
                "({acute_phase.correlation.platelets_10e9_l:inside}), but within sampling strata "
                "there was no clear relation ({acute_phase.partial.platelets_10e9_l:inside}): the "
                "sampling by platelet stratum makes much of the pooled correlation.",
            ),
            Wording(
                when=clearly_above(_PLATELETS, _WITHIN),
                text="IL-6 rose with the platelet count over all patients "
                "({acute_phase.correlation.platelets_10e9_l:inside}) and within sampling strata "
                "({acute_phase.partial.platelets_10e9_l:inside}).",
            ),
            Wording(
                when=always,
                text="IL-6 was not clearly related to the platelet count, over all patients "
                "({acute_phase.correlation.platelets_10e9_l:inside}) or within sampling strata "
                "({acute_phase.partial.platelets_10e9_l:inside}).",
            ),
        ),
    ),
)

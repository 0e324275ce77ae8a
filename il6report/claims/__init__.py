"""Every sentence of the report that asserts a result, and when it is true, by question."""

from __future__ import annotations

from collections.abc import Mapping

from il6report.claims import (
    acute_phase,
    baseline,
    circulating_il6,
    fibroblasts,
    operating_characteristics,
    sensitivity,
    signalling,
    skin_biopsies,
    skin_score,
    survival,
    survival_checks,
)
from il6report.claims.wording import Claim

CLAIMS: Mapping[str, Claim] = {
    claim.id: claim
    for question in (
        baseline,
        circulating_il6,
        acute_phase,
        skin_biopsies,
        fibroblasts,
        signalling,
        skin_score,
        survival,
        survival_checks,
        sensitivity,
        operating_characteristics,
    )
    for claim in question.CLAIMS
}
"""All claims by identifier."""

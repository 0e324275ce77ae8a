"""What the report says about who was studied."""

from __future__ import annotations

from il6report.claims.wording import Claim, ClaimId, Wording, always

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId("baseline.enrolled"),
        wordings=(
            Wording(
                when=always,
                text="Serum was available from {baseline.n.ssc:estimate} patients with systemic "
                "sclerosis ({baseline.n.dcssc:estimate} dcSSc, {baseline.n.lcssc:estimate} lcSSc) "
                "and {baseline.n.control:estimate} healthy controls.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("baseline.patients"),
        wordings=(
            Wording(
                when=always,
                text="Of the patients, {baseline.sex.percent.female.ssc} were women. Median age "
                "was {baseline.age_years.median.ssc}; median disease duration was "
                "{baseline.disease_duration_months.median.lcssc} in lcSSc and, in dcSSc, "
                "{baseline.disease_duration_months.median.dcssc_normal} with normal and "
                "{baseline.disease_duration_months.median.dcssc_high} with high platelets.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("baseline.origin"),
        wordings=(
            Wording(
                when=lambda ledger: ledger.data_label != "",
                text="The patient data of that study are not public; all data here are simulated.",
            ),
            Wording(when=always, text="The data are those of another cohort."),
        ),
    ),
)

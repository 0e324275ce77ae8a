"""What was decided before seeing the data: the statistical analysis plan as a value.

Choices of the study stand here and nowhere else. A reader who disagrees with one changes it with
`dataclasses.replace(DEFAULT_PLAN, ...)` and runs the study again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from il6report.decisions import MULTIVERSE, Decision
from il6report.errors import PlanError

AdjustMethod = Literal["none", "bonferroni", "holm", "hochberg", "bh"]
"""How the p-values of a family are adjusted."""

FamilyAdjust = AdjustMethod | Literal["dunnett"]
"""The same, or by the comparison itself: Dunnett's needs more than the p-values.

Dunnett's method adjusts the comparisons of one quantity: such an entry declares one family for each
quantity it holds.
"""

Role = Literal["primary", "secondary", "exploratory"]
"""What a family of tests may be quoted for."""

GROUP_KEYS: dict[str, str] = {
    "control": "control",
    "lcSSc": "lcssc",
    "dcSSc, normal platelets": "dcssc_normal",
    "dcSSc, high platelets": "dcssc_high",
}
"""Analysis group to its word in ledger identifiers; the first is the reference."""

ANALYSIS_GROUPS: tuple[str, ...] = tuple(GROUP_KEYS)
"""The groups compared, in the order of tables and figures."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Tests that answer one question together and share its error rate.

    Parameters
    ----------
    name : str
        Name printed in tables and in the ledger.
    role : Role
        Primary, secondary or exploratory.
    adjust : FamilyAdjust
        How the p-values inside the family are adjusted.
    statistics : tuple of str
        Ledger identifiers of its members, as patterns ("acute_phase.correlation.*").
    """

    name: str
    role: Role
    adjust: FamilyAdjust
    statistics: tuple[str, ...]

    def holds(self, statistic_id: str) -> bool:
        """Whether a statistic of the ledger belongs to this family."""
        return any(fnmatchcase(statistic_id, pattern) for pattern in self.statistics)


FAMILIES: tuple[Family, ...] = (
    Family(
        name="Circulating IL-6 by group",
        role="primary",
        adjust="holm",
        statistics=("circulating_il6.ratio.il6.*",),
    ),
    Family(
        name="Circulating IL-6 by group, rank tests",
        role="secondary",
        adjust="holm",
        statistics=("circulating_il6.rank.il6.*",),
    ),
    Family(
        name="Circulating sIL-6R by group",
        role="secondary",
        adjust="holm",
        statistics=("circulating_il6.ratio.sil6r.*",),
    ),
    Family(
        name="Circulating sIL-6R by group, rank tests",
        role="exploratory",
        adjust="holm",
        statistics=("circulating_il6.rank.sil6r.*",),
    ),
    Family(
        name="IL-6 categories",
        role="secondary",
        adjust="none",
        statistics=("circulating_il6.categories",),
    ),
    Family(
        name="IL-6 and the acute phase",
        role="secondary",
        adjust="holm",
        statistics=("acute_phase.correlation.*",),
    ),
    Family(
        name="IL-6 and the acute phase within sampling strata",
        role="exploratory",
        adjust="holm",
        statistics=("acute_phase.partial.*",),
    ),
    Family(
        name="Skin score at 3 years by IL-6",
        role="primary",
        adjust="none",
        statistics=("skin_score.mixed.adjusted_difference",),
    ),
    Family(
        name="Skin score by IL-6, supporting analyses",
        role="exploratory",
        adjust="none",
        statistics=("skin_score.*",),
    ),
    Family(
        name="Survival by IL-6",
        role="primary",
        adjust="none",
        statistics=("survival.cox.il6_high",),
    ),
    Family(
        name="Survival by IL-6, supporting analyses",
        role="exploratory",
        adjust="none",
        statistics=("survival.*",),
    ),
    Family(
        name="Staining of early dcSSc against control skin",
        role="secondary",
        adjust="holm",
        statistics=("skin_biopsies.score.*",),
    ),
    Family(
        name="Each matrix protein against untreated cells",
        role="secondary",
        adjust="dunnett",
        statistics=("fibroblasts.protein.*",),
    ),
    Family(
        name="Matrix proteins against untreated cells, exact tests",
        role="exploratory",
        adjust="holm",
        statistics=("fibroblasts.exact.*",),
    ),
    Family(
        name="Matrix proteins, IL-6 with receptor against IL-6 alone",
        role="secondary",
        adjust="holm",
        statistics=("fibroblasts.receptor.*",),
    ),
    Family(
        name="Each matrix RNA against untreated cells",
        role="secondary",
        adjust="dunnett",
        statistics=("fibroblasts.rna.*",),
    ),
    Family(
        name="Dependence of matrix proteins on dose",
        role="exploratory",
        adjust="holm",
        statistics=("fibroblasts.ec50.*",),
    ),
    Family(
        name="Phospho-proteins after stimulation",
        role="secondary",
        adjust="holm",
        statistics=("signalling.induced.*",),
    ),
    Family(
        name="Each phospho-protein in time",
        role="exploratory",
        adjust="dunnett",
        statistics=("signalling.time.*",),
    ),
)
"""The families of tests; a statistic belongs to the first that holds it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnalysisPlan:
    """Every choice of the analysis, with the reason or source of each.

    Parameters
    ----------
    il6_lloq_pg_ml : float
        Lower limit of quantitation of serum IL-6, pg/mL; values below stay left-censored. The limit
        of the group's assay [1]_.
    il6_high_pg_ml : float
        IL-6 above this is "high", pg/mL; the cut of the group's abstract [1]_, fixed before these
        data and not tuned to them.
    duplicate_cv_limit_percent : float
        Coefficient of variation of duplicate wells above which a sample is flagged.
    recovery_limits_percent : tuple of float
        Recovery of back-calculated standards that is accepted, per cent of nominal.
    upper_reference_centile : float
        Centile of the controls' fitted distribution used as the upper reference limit.
    early_dcssc_months : float
        Disease duration at sampling up to which dcSSc is "early", months: the limit of both trials
        of tocilizumab [2]_ [3]_ and of the group's own later series.
    skin_visit_months : tuple of int
        Planned visits with a skin score, months from sampling; the last is the horizon of the
        question, the 3 years of the original report.
    mrss_mcid_points : float
        Change in skin score that matters to a patient, points: the highest of the published values
        of 3.2 to 5.3 for groups [4]_ and 5 for patients [5]_ that is a whole number of points.
    mrss_same_assessor_sd, mrss_other_assessor_sd : float
        Within-patient standard deviation of repeated scoring by one assessor and by different ones,
        points [6]_.
    survival_milestones_years : tuple of int
        Times at which survival is reported, years from blood sampling.
    at_risk_years : tuple of int
        Times at which the numbers at risk stand beneath the curves, years from blood sampling.
    restricted_mean_years : float
        Horizon of the mean time lived, years: the second milestone, up to which patients are still
        at risk in both categories.
    landmark_years : float
        Survivors up to then are analysed again from there, years: the end of the skin scores.
    spline_knots : int
        Knots of the spline of log2 IL-6, at Harrell's centiles: three, as many as 20 deaths carry.
    concordance_resamples : int
        Bootstrap resamples behind the optimism of the concordance.
    cut_min_fraction : float
        Smallest share of patients on either side of a cut that is looked at, as is usual for
        maximally selected statistics.
    cut_resamples, cut_permutations : int
        Bootstrap resamples of the choice of a cut, and permutations behind its corrected p-value.
    survival_covariates : tuple of str
        Adjustment of the Cox model: one covariate, because some 15 to 20 deaths carry no more.
    conf_level : float
        Level of every interval.
    n_imputations : int
        Completed copies of the data in multiple imputation: more than the per cent of patients
        without a C-reactive protein, a common rule for how many are enough.
    imputed : tuple of str
        Columns completed by imputation, on the scale on which they are about normal.
    imputation_predictors : tuple of str
        Complete columns that predict them, besides group, death and the cumulative hazard.
    n_assay_draws : int
        Times the plates are read again with other calibration and pipetting errors.
    power : float
        Power for which the least detectable hazard ratio is given.
    accepted_level_percent, accepted_coverage_percent : float
        In studies repeated on simulated data, a test of 5 per cent that rejects more often than
        the one, or a 95 per cent interval that holds the truth less often than the other, is named.
    multiverse : mapping of str to tuple of Decision
        Decisions that are varied in the sensitivity analysis, by headline estimate.
    seed : int
        Seed from which every resampling takes its own stream.
    families : tuple of Family
        Which tests are adjusted together.

    References
    ----------
    .. [1] Ong VH, Nihtyanova SI, Black CM, Denton CP. Arthritis Rheum 2009;60(suppl 10).
    .. [2] Khanna D, Denton CP, Jahreis A, et al. Lancet 2016;387:2630-40.
           doi:10.1016/S0140-6736(16)00232-4
    .. [3] Khanna D, Lin CJF, Furst DE, et al. Lancet Respir Med 2020;8:963-74.
           doi:10.1016/S2213-2600(20)30318-0
    .. [4] Khanna D, Furst DE, Hays RD, et al. Ann Rheum Dis 2006;65:1325-9.
    .. [5] Khanna D, Clements PJ, Volkmann ER, et al. Arthritis Res Ther 2019;21:23.
           doi:10.1186/s13075-019-1809-y
    .. [6] Clements P, Lachenbruch P, Seibold J, et al. J Rheumatol 1995;22:1281-5.
    """

    il6_lloq_pg_ml: float = 3.12
    il6_high_pg_ml: float = 10.0
    duplicate_cv_limit_percent: float = 20.0
    recovery_limits_percent: tuple[float, float] = (80.0, 120.0)
    upper_reference_centile: float = 97.5
    early_dcssc_months: float = 60.0
    skin_visit_months: tuple[int, ...] = (0, 6, 12, 18, 24, 30, 36)
    mrss_mcid_points: float = 5.0
    mrss_same_assessor_sd: float = 2.45
    mrss_other_assessor_sd: float = 4.6
    survival_milestones_years: tuple[int, ...] = (5, 10, 15)
    at_risk_years: tuple[int, ...] = (0, 3, 6, 9, 12, 15)
    restricted_mean_years: float = 10.0
    landmark_years: float = 3.0
    spline_knots: int = 3
    concordance_resamples: int = 100
    cut_min_fraction: float = 0.1
    cut_resamples: int = 1000
    cut_permutations: int = 4999
    survival_covariates: tuple[str, ...] = ("age_years",)
    conf_level: float = 0.95
    n_imputations: int = 10
    imputed: tuple[str, ...] = ("log2_crp", "log2_esr")
    imputation_predictors: tuple[str, ...] = (
        "log2_il6", "platelets_10e9_l", "mrss", "age_years", "disease_duration_months",
    )  # fmt: skip
    n_assay_draws: int = 200
    power: float = 0.8
    accepted_level_percent: float = 6.5
    accepted_coverage_percent: float = 92.0
    multiverse: Mapping[str, tuple[Decision, ...]] = field(default_factory=lambda: MULTIVERSE)
    seed: int = 2012
    families: tuple[Family, ...] = field(default=FAMILIES)

    def __post_init__(self) -> None:
        if not 0 < self.il6_lloq_pg_ml < self.il6_high_pg_ml:
            raise PlanError(
                "the limit of quantitation must be positive and below the cut for high IL-6; found "
                f"{self.il6_lloq_pg_ml} and {self.il6_high_pg_ml} pg/mL."
            )
        if not 0 < self.conf_level < 1:
            raise PlanError(f"conf_level lies between 0 and 1; found {self.conf_level}.")

    @property
    def skin_horizon_months(self) -> int:
        """Month of the last planned skin score."""
        return self.skin_visit_months[-1]

    def family_of(self, statistic_id: str) -> Family | None:
        """Find the family that a statistic of the ledger belongs to, if any."""
        return next((family for family in self.families if family.holds(statistic_id)), None)


DEFAULT_PLAN = AnalysisPlan()

"""The data-generating model as one value, with the origin of every number beside it.

Origins: *paper* (Khan 2012), *group* (a related publication of the same group), *other* (another
cohort), *computed* (from a cited number) and *assumption*. Keys in brackets are those of
`report/references.bib`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from il6report.errors import AnalysisError, Problem
from il6report.simulation.laboratory_parameters import LaboratoryModel

Shares = Mapping[str, float]

CORRELATED: tuple[str, ...] = ("il6", "platelets", "crp", "esr", "mrss", "duration")
"""Order of the variables in the correlation matrix of a patient's latent normal scores."""


def _shares(**shares: float) -> Shares:
    return MappingProxyType(shares)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupModel:
    """Distribution of the variables of one group.

    Parameters
    ----------
    female : float
        Probability of being female.
    age_mean, age_sd : float
        Age in years; normal.
    il6_median, il6_sigma : float
        IL-6 in pg/mL; lognormal, `il6_sigma` on the natural logarithm.
    sil6r_median : float
        sIL-6R in ng/mL; lognormal.
    """

    female: float
    age_mean: float
    age_sd: float
    il6_median: float
    il6_sigma: float
    sil6r_median: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientModel(GroupModel):
    """Distribution of what is known of patients only.

    Parameters
    ----------
    duration_median, duration_sigma : float
        Disease duration in months; lognormal.
    platelets_median, platelets_sigma : float
        Platelets in 10^9/L; lognormal.
    crp_median, crp_sigma : float
        CRP in mg/L; lognormal.
    esr_median, esr_sigma : float
        ESR in mm/h; lognormal.
    mrss_median, mrss_root_sd : float
        True skin score; its square root is normal.
    autoantibodies : mapping
        Share of each autoantibody.
    ild, pah, renal_crisis : mapping
        Probability of organ disease by autoantibody; "any" for those not named.
    survival_shape, survival_scale : float
        Weibull distribution of the years from disease onset to death.
    """

    duration_median: float
    duration_sigma: float
    platelets_median: float
    platelets_sigma: float
    crp_median: float
    crp_sigma: float
    esr_median: float
    esr_sigma: float
    mrss_median: float
    mrss_root_sd: float
    autoantibodies: Shares
    ild: Shares
    pah: Shares
    renal_crisis: Shares
    survival_shape: float
    survival_scale: float


CONTROL = GroupModel(
    female=8 / 15,  # group [ong2009acr]: 53%
    age_mean=53.7, age_sd=11.4,  # group [ong2009acr]
    il6_median=1.2, il6_sigma=0.7,  # computed from a healthy median of 1.23 (0.12 to 4.68) pg/mL
    sil6r_median=38.0,  # assumption: 35 to 45 ng/mL
)  # fmt: skip

LIMITED = PatientModel(
    female=21 / 22,  # group [ong2009acr]: 96%
    age_mean=59.1, age_sd=11.4,  # group [ong2009acr]
    il6_median=3.0, il6_sigma=1.0,  # computed from medians of 3.2 [becker2019] and 3.8 pg/mL
    sil6r_median=41.0,  # assumption: slightly above controls, as in [hasegawa1998]
    duration_median=123.0, duration_sigma=0.66,  # computed from [ong2009acr]: 152.6, SEM 23.9
    platelets_median=259.0, platelets_sigma=0.195,  # computed from [ong2009acr]: mean 264, SD 52
    crp_median=3.7, crp_sigma=1.26,  # computed from [muangchan2012crp]: 8.15, SD 16.09
    esr_median=13.5, esr_sigma=0.84,  # other: 13.5 (9 to 28) in 92 patients
    mrss_median=4.0, mrss_root_sd=0.55,  # group, BIOPSY cohort: 4 (2 to 12)
    autoantibodies=_shares(  # computed from [nihtyanova2020]; the smaller ones are assumptions
        ATA=0.16, ARA=0.04, ACA=0.45, U3RNP=0.05, other=0.25, **{"ANA-negative": 0.05}
    ),
    ild=_shares(ATA=0.55, ACA=0.06, any=0.13),  # assumption after [nihtyanova2010]: 16% in all
    pah=_shares(U3RNP=0.20, any=0.07),  # assumption after [nihtyanova2020]: 34% and 7% at 20 y
    renal_crisis=_shares(ARA=0.28, ACA=0.003, any=0.02),  # group [nihtyanova2020]; any: assumption
    survival_shape=1.62, survival_scale=21.4,  # computed: 91% at 5 y and 57% at 15 y
)  # fmt: skip

DIFFUSE_CLINIC = PatientModel(
    female=30 / 39,  # group [ong2009acr]: 77%
    age_mean=55.1, age_sd=10.3,  # group [ong2009acr]
    il6_median=4.6, il6_sigma=1.12,  # assumption: gives 4.0 and 10 pg/mL in the two strata
    sil6r_median=40.0,  # assumption
    duration_median=40.0, duration_sigma=0.73,  # computed from [ong2009acr]: 52.4, SEM 7.0
    platelets_median=296.7, platelets_sigma=0.2965,  # computed from [ghuman2024]: 310.4, SD 94.3
    crp_median=5.1, crp_sigma=1.31,  # computed from [muangchan2012crp]: 11.98, SD 25.41
    esr_median=19.6, esr_sigma=0.713,  # computed from [becker2019eustar]: 25.3, SD 20.6
    mrss_median=18.0, mrss_root_sd=0.85,  # group, BIOPSY cohort: 18 (7 to 39)
    autoantibodies=_shares(  # computed from [nihtyanova2020]; the smaller ones are assumptions
        ATA=0.33, ARA=0.25, ACA=0.02, U3RNP=0.07, other=0.28, **{"ANA-negative": 0.05}
    ),
    ild=_shares(ATA=0.60, any=0.25),  # assumption after [nihtyanova2010]: 38% in all
    pah=_shares(U3RNP=0.15, any=0.04),  # assumption after BIOPSY: 5% in early dcSSc
    renal_crisis=_shares(ARA=0.28, any=0.05),  # group [nihtyanova2020]; any: assumption
    survival_shape=1.26, survival_scale=20.1,  # computed: 84% at 5 y and 50% at 15 y
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class AssayModel:
    """How one analyte is measured: its plate and the errors of reading it.

    Parameters
    ----------
    analyte, unit : str
        What is measured, and the unit of every concentration.
    standards : tuple of float
        Concentrations of the calibration standards, each in two wells.
    controls : mapping of str to float
        Quality control sera and their concentrations before dilution.
    dilution : float
        How many times serum is diluted.
    lower, upper, inflection, slope : float
        Four-parameter logistic curve of absorbance on the concentration in the well.
    plate_cv : float
        Spread of the curve between plates, as a fraction.
    signal_cv, reading_sd : float
        Error of a well: a fraction of its signal above the blank, and optical density; together
        the precision profile CV(x) = sqrt(a^2 + (b/x)^2).
    """

    analyte: str
    unit: str
    standards: tuple[float, ...]
    controls: Mapping[str, float]
    dilution: float
    lower: float
    upper: float
    inflection: float
    slope: float
    plate_cv: float = 0.05  # assumption: inter-assay CV of 3 to 7%
    signal_cv: float = 0.03  # assumption: intra-assay CV of 2 to 5%
    reading_sd: float = 0.002  # assumption


IL6_ASSAY = AssayModel(
    analyte="il6", unit="pg/mL",
    standards=(3.12, 6.25, 12.5, 25.0, 50.0, 100.0, 300.0),  # group [ong2009acr]: limit 3.12
    controls=MappingProxyType({"control-low": 15.0, "control-high": 120.0}),  # assumption
    dilution=1.0, lower=0.04, upper=4.2, inflection=260.0, slope=1.08,  # assumption
)  # fmt: skip

SIL6R_ASSAY = AssayModel(
    analyte="sil6r", unit="ng/mL",
    standards=(0.03125, 0.0625, 0.125, 0.25, 0.5, 1.0, 2.0),  # assumption: range of a usual kit
    controls=MappingProxyType({"control-low": 20.0, "control-high": 80.0}),  # assumption
    dilution=100.0, lower=0.05, upper=3.4, inflection=0.9, slope=1.25,  # assumption
)  # fmt: skip

CORRELATIONS: Mapping[tuple[str, str], float] = MappingProxyType(
    {
        ("il6", "platelets"): 0.45,  # assumption: published for no cohort of systemic sclerosis
        ("il6", "crp"): 0.65,  # other: 0.69 [ohtsuka2010], 0.6
        ("il6", "esr"): 0.50,  # other: 0.44 [lin2022], 0.7
        ("il6", "mrss"): 0.40,  # other: 0.63 [sato2001], 0.40, 0.2
        ("il6", "duration"): -0.15,  # other: -0.2
        ("platelets", "crp"): 0.35,  # assumption
        ("platelets", "esr"): 0.35,  # assumption
        ("platelets", "mrss"): 0.20,  # assumption
        ("platelets", "duration"): 0.15,  # direction: group [ong2009acr]; size: assumption
        ("crp", "esr"): 0.55,  # assumption
        ("crp", "mrss"): 0.30,  # other: 0.3
        ("crp", "duration"): -0.20,  # other: -0.3
        ("esr", "mrss"): 0.25,  # assumption
        ("esr", "duration"): -0.10,  # assumption
        ("mrss", "duration"): -0.20,  # assumption
    }
)


MISSING: Shares = _shares(  # assumption
    crp_mg_l=0.05, esr_mm_h=0.08, autoantibody=0.06, mrss_peak=0.06
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyModel:
    """Everything the simulation assumes.

    Parameters
    ----------
    seed : int
        Seed of every stream of random numbers.
    effect_scale : float
        Multiplies every effect the report tests, on its own scale: log median ratios of IL-6 and
        sIL-6R between groups, correlations of IL-6, its log hazard ratio, its change of the skin
        score; the staining of early dcSSc, the log folds of SSc lines and of every stimulus. 1 is
        the study, 0 is the null: none of them is left. What is no finding of the report stays:
        sampling by platelets, and the mortality of age and of sex.
    scale : int
        Multiplies the number of participants of every group.
    """

    seed: int = 2012  # chosen once
    effect_scale: float = 1.0
    scale: int = 1

    n_control: int = 15  # paper
    n_high_platelets: int = 20  # group [ong2009acr]
    n_normal_platelets: int = 19  # group [ong2009acr]
    n_limited: int = 22  # group [ong2009acr]
    n_subset_unknown: int = 7  # computed: 68 in the paper less 61; in lcSSc by assumption
    clinic_size: int = 400  # assumption: dcSSc patients from whom the two strata were filled
    high_platelets_above: float = 400.0  # assumption: fits the group's mean 458 (418 to 508)

    control: GroupModel = CONTROL
    limited: PatientModel = LIMITED
    diffuse: PatientModel = DIFFUSE_CLINIC
    correlations: Mapping[tuple[str, str], float] = field(default_factory=lambda: CORRELATIONS)
    sil6r_sigma: float = 0.294  # assumption: CV 30%
    youngest_onset_years: float = 16.0  # assumption: disease of adults

    assays: tuple[AssayModel, ...] = (IL6_ASSAY, SIL6R_ASSAY)
    above_range_pg_ml: float = 420.0  # planted: the highest IL-6 is raised above the top standard
    reassay_dilution: float = 10.0  # planted: how the sample above the range was diluted
    pipetting_error: float = 1.8  # planted: signal of one well of one duplicate is multiplied

    il6_high_above_pg_ml: float = 10.0  # group [ong2009acr]
    hazard_ratio_il6_high: float = 2.5  # assumption, near 2.69 (1.34 to 5.41) [delauretis2013]
    hazard_ratio_per_year_of_age: float = 1.04  # other [pokeerbux2019]
    hazard_ratio_male: float = 1.48  # other, EUSTAR
    shortest_possible_followup_years: float = 7.0  # assumption: last sample to close of the study
    longest_possible_followup_years: float = 16.0  # assumption: first sample to close of the study
    lost_per_year: float = 0.01  # assumption
    n_without_followup: int = 1  # planted: one patient never seen again

    visit_months: tuple[int, ...] = (0, 6, 12, 18, 24, 30, 36)
    skin_change_at_3_years: float = -5.0  # assumption after [khanna2018ol] and [shand2007]
    skin_change_sd: float = 7.0  # assumption: true change; SD 8 with the error of two scores
    skin_change_il6_high: float = 2.5  # assumption: with the baseline about +7 at 3 years
    skin_same_assessor_sd: float = 2.45  # other [clements1995], at a score of 20.7
    skin_between_assessors_sd: float = 4.6  # other [clements1995]
    skin_error_at_score: float = 20.7  # other [clements1995]
    usual_assessor: float = 0.85  # assumption: visits scored by the patient's usual assessor
    missed_visit: float = 0.08  # assumption

    missing: Shares = field(default_factory=lambda: MISSING)
    laboratory: LaboratoryModel = field(default_factory=LaboratoryModel)

    def correlation_matrix(self) -> np.ndarray:
        """Give the correlations of the latent scores, in the order of `CORRELATED`.

        Those of IL-6 are multiplied by `effect_scale`.

        Raises
        ------
        AnalysisError
            If they are no longer possible together.
        """
        matrix = np.eye(len(CORRELATED))
        for (one, other), value in self.correlations.items():
            i, j = CORRELATED.index(one), CORRELATED.index(other)
            matrix[i, j] = matrix[j, i] = value * (self.effect_scale if one == "il6" else 1.0)
        if np.linalg.eigvalsh(matrix).min() <= 0:
            raise AnalysisError(
                Problem(
                    where="effect_scale",
                    expected="correlations of IL-6 that are possible together",
                    found=f"none at {self.effect_scale:g} times those of the study",
                    remedy="Choose a smaller effect scale; 1 is the study, 0 no effect.",
                )
            )
        return matrix

    def il6_distribution(self, group: GroupModel) -> tuple[float, float]:
        """Give mean and SD of ln IL-6 in a group; those of dcSSc in every group under the null.

        So that the categories of the outcome analyses, which are made in dcSSc, stay filled.
        """
        base, own = self.diffuse, group
        mean = np.log(base.il6_median) + self.effect_scale * np.log(
            own.il6_median / base.il6_median
        )
        sd = base.il6_sigma * (own.il6_sigma / base.il6_sigma) ** self.effect_scale
        return float(mean), float(sd)

    def sil6r_median(self, group: GroupModel) -> float:
        """Give the median sIL-6R of a group, ng/mL; that of dcSSc in every group under the null."""
        base = self.diffuse.sil6r_median
        return base + self.effect_scale * (group.sil6r_median - base)

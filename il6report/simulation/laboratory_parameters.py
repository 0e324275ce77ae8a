"""What the simulated laboratory assumes; almost all of it is assumption and says so.

Origins as in `il6report.simulation.parameters`. No fold change, inhibition or score of the paper is
public: sizes are typical bench values, not looked up, and nobody's finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Values = Mapping[str, float]

CELL_TYPES = ("fibroblasts", "mononuclear cells", "endothelial cells", "keratinocytes")
STAINS = ("IL-6", "phospho-STAT3", "alpha-SMA")
MATRIX_PROTEINS = ("collagen I", "fibronectin", "CTGF", "alpha-SMA")
PHOSPHO_PROTEINS = ("pSTAT3", "pERK")
INHIBITORS = (
    "JAK2 inhibitor", "STAT3 inhibitor", "MEK inhibitor", "PI3K inhibitor", "anti-IL-6R", "sgp130Fc"
)  # fmt: skip
GENES = ("COL1A1", "COL1A2", "FN1", "CCN2", "ACTA2")
REFERENCE_GENES = ("GAPDH", "TBP")


def _values(names: tuple[str, ...], *values: float) -> Values:
    return MappingProxyType(dict(zip(names, values, strict=True)))


def _inhibition(*rows: tuple[float, ...]) -> Mapping[str, Values]:
    return MappingProxyType(
        {
            target: _values(INHIBITORS, *row)
            for target, row in zip((*MATRIX_PROTEINS, *PHOSPHO_PROTEINS), rows, strict=True)
        }
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LaboratoryModel:
    """Everything the simulation assumes about biopsies, blots and RNA.

    Standard deviations are on the natural logarithm unless they belong to scores or cycles.

    Parameters
    ----------
    n_early, n_control : int
        Biopsies.
    score_early, score_control : mapping of str to Values
        Mean latent intensity (0 to 3) by stain and cell type.
    score_biopsy_sd, score_section_sd, score_rater_sd : float
        Spread of the latent intensity between biopsies, between their cell types, between raters.
    vascular_early, vascular_control : float
        Probability of IL-6 in and around vessels.
    n_donors : int
        Lines per group; `n_experiments` independent experiments with each.
    doses_ng_ml, ec50_ng_ml, stimulation_ng_ml : float
        Doses of IL-6, the dose of half its effect, and the dose below inhibitors and in time.
    basal, trans, cis, tgf_beta : Values
        Fold in SSc lines against control lines; fold over untreated of IL-6 with receptor at the
        highest dose, of IL-6 without it, of TGF-beta.
    blocked : mapping of str to Values
        Share of the induced part that each inhibitor takes away, by target.
    times_min, time_course : tuple
        Minutes, and fold of pSTAT3 and pERK over time zero.
    gene_trans, gene_tgf_beta : Values
        Fold of RNA over untreated.
    """

    n_early: int = 10  # group [khan2011acr]
    n_control: int = 5  # group [khan2011acr]
    score_early: Mapping[str, Values] = field(
        default_factory=lambda: MappingProxyType(
            {
                "IL-6": _values(CELL_TYPES, 2.2, 2.3, 2.0, 1.5),  # assumption
                "phospho-STAT3": _values(CELL_TYPES, 2.3, 1.9, 1.9, 1.5),  # assumption: in all
                "alpha-SMA": _values(CELL_TYPES, 2.0, -1.0, 1.6, -1.0),  # assumption
            }
        )
    )
    score_control: Mapping[str, Values] = field(
        default_factory=lambda: MappingProxyType(
            {
                "IL-6": _values(CELL_TYPES, 0.6, 0.7, 0.7, 1.2),  # assumption
                "phospho-STAT3": _values(CELL_TYPES, 0.5, 0.6, 0.6, 1.0),  # assumption
                "alpha-SMA": _values(CELL_TYPES, 0.4, -1.0, 1.4, -1.0),  # assumption
            }
        )
    )
    score_biopsy_sd: float = 0.25  # assumption
    score_section_sd: float = 0.45  # assumption
    score_rater_sd: float = 0.25  # assumption: weighted kappa above 0.7
    vascular_early: float = 0.8  # group [khan2011acr]: 8 of 10
    vascular_control: float = 0.1  # assumption
    fewest_cells: int = 200  # assumption: at least 200 cells in five fields
    n_sections_lost: int = 1  # planted: epidermis detached, one rater could not score it

    n_donors: int = 4  # group [alade2014acr]: four control and four dcSSc lines
    n_experiments: int = 3  # assumption
    doses_ng_ml: tuple[float, ...] = (1.0, 5.0, 10.0, 25.0, 50.0)  # group [khan2011acr]: 0 to 50
    sil6r_ng_ml: float = 20.0  # group [khan2011acr]
    ec50_ng_ml: float = 8.0  # assumption: 5 to 15
    basal: Values = field(
        default_factory=lambda: _values(
            (*MATRIX_PROTEINS, *PHOSPHO_PROTEINS), 2.1, 1.5, 2.0, 2.0, 1.3, 1.2
        )  # assumption
    )
    trans: Values = field(
        default_factory=lambda: _values(
            (*MATRIX_PROTEINS, *PHOSPHO_PROTEINS), 2.2, 1.7, 1.9, 1.8, 6.5, 2.6
        )  # assumption
    )
    cis: Values = field(
        default_factory=lambda: _values(
            (*MATRIX_PROTEINS, *PHOSPHO_PROTEINS), 1.12, 1.08, 1.10, 1.08, 1.4, 1.1
        )  # assumption: dermal fibroblasts carry little membrane receptor
    )
    tgf_beta: Values = field(
        default_factory=lambda: _values(MATRIX_PROTEINS, 3.5, 2.5, 3.0, 2.6)  # assumption
    )
    blocked: Mapping[str, Values] = field(
        default_factory=lambda: _inhibition(  # assumption, in the order of INHIBITORS
            (0.70, 0.62, 0.50, 0.10, 0.80, 0.80),  # collagen I
            (0.65, 0.60, 0.45, 0.10, 0.80, 0.80),  # fibronectin
            (0.65, 0.60, 0.50, 0.10, 0.80, 0.80),  # CTGF
            (0.65, 0.60, 0.45, 0.10, 0.80, 0.80),  # alpha-SMA
            (0.75, 0.60, 0.05, 0.05, 0.85, 0.85),  # pSTAT3
            (0.50, 0.05, 0.90, 0.10, 0.80, 0.80),  # pERK
        )
    )
    times_min: tuple[int, ...] = (0, 5, 15, 30, 60)  # assumption
    stimulation_min: int = 30  # assumption
    protein_min: int = 48 * 60  # assumption: protein after 48 hours
    time_course: Mapping[str, tuple[float, ...]] = field(
        default_factory=lambda: MappingProxyType(
            {"pSTAT3": (1, 3.0, 6.0, 6.5, 4.0), "pERK": (1, 2.2, 2.8, 2.6, 1.6)}  # assumption
        )
    )
    line_sd: float = 0.30  # assumption: between-line CV 25 to 35%
    response_sd: float = 0.30  # assumption: lines differ in response as in level, by 25 to 35%
    line_condition_sd: float = 0.12  # assumption
    experiment_sd: float = 0.10  # assumption
    loading_sd: float = 0.15  # assumption
    density_sd: float = 0.16  # assumption: residual CV of densitometry 15 to 25%

    gene_trans: Values = field(
        default_factory=lambda: _values(GENES, 1.10, 1.0, 1.25, 1.6, 1.4)
        # COL1A2: group [papaioannou2018], protein without RNA in lung cells; others: assumption
    )
    gene_tgf_beta: Values = field(
        default_factory=lambda: _values(GENES, 3.0, 2.8, 2.2, 4.0, 2.4)  # assumption
    )
    efficiency: Values = field(
        default_factory=lambda: _values(
            (*GENES, *REFERENCE_GENES), 0.97, 0.95, 0.98, 0.93, 0.96, 0.99, 0.94
        )  # assumption: 90 to 110%
    )
    cq_at_one: Values = field(
        default_factory=lambda: _values(
            (*GENES, *REFERENCE_GENES), 18.5, 17.8, 19.0, 23.5, 24.0, 17.0, 27.0
        )  # assumption
    )
    cq_sd: float = 0.15  # assumption: technical SD 0.1 to 0.25
    input_sd: float = 0.30  # assumption: RNA going into the reaction
    rna_sd: float = 0.15  # assumption: between experiments
    dilutions: tuple[float, ...] = (1.0, 0.1, 0.01, 0.001, 0.0001)
    n_cycles: int = 40
    late_blank_cq: float = 38.4  # planted: one no-template control that comes up late

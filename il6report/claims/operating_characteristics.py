"""What the report says about itself: how often its claims would be right in repeated studies."""

from __future__ import annotations

from il6report.claims.wording import (
    Claim,
    ClaimId,
    Wording,
    always,
    clearly_above,
    clearly_below,
    none_counted,
    not_estimable,
)

_HOME = "operating_characteristics"


def _absent(what: str, *, scenario: str = "null") -> Wording:
    """Say what is not known where the study comes without repeated ones of this scenario."""
    return Wording(
        when=none_counted(f"{_HOME}.studies.{scenario}"), text=f"{what} not examined here."
    )


_LEVEL, _COVERAGE, _BARE, _FAMILY, _BIAS = (
    f"{_HOME}.named.{word}" for word in ("level", "coverage", "coverage_null", "family", "bias")
)
_RATIO = f"{_HOME}.bias.circulating_il6.ratio.il6.dcssc_high"
_PRIMARY = ("survival.cox.il6_high", "skin_score.mixed.adjusted_difference")

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId(f"{_HOME}.design"),
        wordings=(
            _absent("How often the claims would be right was"),
            Wording(
                when=always,
                text=f"The plan was carried out on {{{_HOME}.studies.null:estimate}} studies "
                f"without any effect and on {{{_HOME}.studies.calibrated:estimate}} with the "
                f"calibrated effects. Of those without, {{{_HOME}.studies.laboratory:estimate}} "
                "had a laboratory too.",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.savings"),
        wordings=(
            _absent("A shorter analysis was"),
            Wording(
                when=always,
                text="To save time, the p value of a cut chosen by the data came from "
                f"{{{_HOME}.run.permutations:estimate}} permutations, and the resamples behind its "
                "stability and behind the optimism of the concordance, on which no claim stands, "
                "were left out, as were multiverse, imputation and error of the assay.",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.truth"),
        wordings=(
            _absent("True values of other claims were", scenario="calibrated"),
            Wording(
                when=always,
                text="What has no formula was found in "
                f"{{{_HOME}.run.cohorts:estimate}} simulated cohorts, each "
                f"{{{_HOME}.run.cohort_scale:estimate}} times as large as the study, with true "
                "concentrations and nothing missing; the Monte Carlo error of these values is part "
                "of that of the bias.",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.level"),
        wordings=(
            _absent("False positives were"),
            Wording(
                when=none_counted(_LEVEL),
                text=f"None of the {{{_LEVEL}:n}} claims was made in error more often than is "
                f"accepted; the highest rate was {{{_HOME}.highest.level:inside}}, for "
                f"“{{{_HOME}.highest.level:note}}”.",
            ),
            Wording(
                when=always,
                text=f"Of {{{_LEVEL}:n}} claims, {{{_LEVEL}:estimate}} would be made in error more "
                f"often than is acceptable: {{{_LEVEL}:note}}. The highest rate was "
                f"{{{_HOME}.highest.level}}; p values of these tests, and intervals that just "
                "exclude no effect, overstate the evidence.",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.families"),
        wordings=(
            _absent("The families of tests were"),
            Wording(
                when=none_counted(_FAMILY),
                text=f"All {{{_FAMILY}:n}} families that the plan adjusts, or that hold a single "
                "test, kept their level.",
            ),
            Wording(
                when=always,
                text=f"Of {{{_FAMILY}:n}} families that the plan adjusts, or that hold a single "
                f"test, {{{_FAMILY}:estimate}} rejected something in error more often than is "
                f"acceptable: {{{_FAMILY}:note}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.coverage"),
        wordings=(
            _absent("Coverage was", scenario="calibrated"),
            Wording(
                when=none_counted(_COVERAGE),
                text="With the calibrated effects every interval held the truth about as often as "
                f"it says; the lowest rate was {{{_HOME}.lowest.coverage:inside}}, for "
                f"“{{{_HOME}.lowest.coverage:note}}”.",
            ),
            Wording(
                when=always,
                text="With the calibrated effects "
                f"{{{_COVERAGE}:estimate}} of {{{_COVERAGE}:n}} intervals held the truth less "
                f"often than is acceptable: {{{_COVERAGE}:note}}. The lowest rate was "
                f"{{{_HOME}.lowest.coverage:inside}}, for “{{{_HOME}.lowest.coverage:note}}”.",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.coverage_null"),
        wordings=(
            _absent("Coverage without effects was"),
            Wording(when=none_counted(_BARE), text="Without effects none covered too seldom."),
            Wording(
                when=always,
                text=f"Without effects {{{_BARE}:estimate}} did: {{{_BARE}:note}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.power"),
        wordings=(
            _absent("Power was", scenario="calibrated"),
            Wording(
                when=not_estimable(*(f"{_HOME}.power.{one}" for one in _PRIMARY)),
                text="The power of the primary outcome tests was not examined.",
            ),
            Wording(
                when=always,
                text="A study of this size finds the hazard ratio that was built in with a power "
                f"of {{{_HOME}.power.{_PRIMARY[0]}}} and the difference in skin score with one of "
                f"{{{_HOME}.power.{_PRIMARY[1]}}}. Over all claims power ran from "
                f"{{{_HOME}.lowest.power:estimate}} ({{{_HOME}.lowest.power:note}}) to "
                f"{{{_HOME}.highest.power:estimate}} ({{{_HOME}.highest.power:note}}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.bias"),
        wordings=(
            _absent("Bias was", scenario="calibrated"),
            Wording(
                when=none_counted(_BIAS),
                text="No estimate was biased beyond its Monte Carlo error.",
            ),
            Wording(
                when=always,
                text=f"For {{{_BIAS}:estimate}} of {{{_BIAS}:n}} estimates the bias exceeded its "
                f"Monte Carlo error: {{{_BIAS}:note}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.ratio_bias"),
        wordings=(
            _absent(
                "How far off the ratio of IL-6 to controls would be was", scenario="calibrated"
            ),
            Wording(
                when=not_estimable(_RATIO),
                text="How far off the ratio of IL-6 to controls would be could not be estimated.",
            ),
            Wording(
                when=clearly_above(_RATIO),
                text="The size of the ratio to controls is another matter: in "
                f"{{{_RATIO}:n}} repeated studies that could estimate it in dcSSc with high "
                f"platelets, it came out at {{{_RATIO}:estimate}} times the true one on average "
                f"({{{_RATIO}:interval}}).",
            ),
            Wording(
                when=clearly_below(_RATIO),
                text="The size of the ratio to controls is another matter: in "
                f"{{{_RATIO}:n}} repeated studies that could estimate it in dcSSc with high "
                f"platelets, it came out at only {{{_RATIO}:estimate}} of the true one on average "
                f"({{{_RATIO}:interval}}).",
            ),
            Wording(
                when=always,
                text="Repeated studies found the ratio to controls right on average in dcSSc "
                f"with high platelets (estimate over truth {{{_RATIO}:inside}}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId(f"{_HOME}.not_estimable"),
        wordings=(
            _absent("What could not be estimated was", scenario="calibrated"),
            Wording(
                when=none_counted(f"{_HOME}.highest.not_estimable"),
                text="Every claim could be estimated in every study.",
            ),
            Wording(
                when=always,
                text="The estimate that failed most often was missing in "
                f"{{{_HOME}.highest.not_estimable:estimate}} of the studies "
                f"({{{_HOME}.highest.not_estimable:note}}).",
            ),
        ),
    ),
)

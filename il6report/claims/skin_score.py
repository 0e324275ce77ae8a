"""What the report says about the skin score by IL-6."""

from __future__ import annotations

from il6report.claims.wording import (
    Claim,
    ClaimId,
    Wording,
    above,
    always,
    clearly_above,
    clearly_below,
    not_estimable,
    reaches_beyond,
)

_MAIN = "skin_score.mixed.adjusted_difference"
_ANCOVA = "skin_score.ancova.adjusted_difference"
_SURVIVORS = "skin_score.mixed_survivors.adjusted_difference"
_RANK = "skin_score.worst_rank.superiority"
_MISSED = ("skin_score.missed.not_high", "skin_score.missed.high")
_CHANGE = ("skin_score.mixed.change.not_high", "skin_score.mixed.change.high")
_WORSENED = ("skin_score.worsened.not_high", "skin_score.worsened.high")
_ERROR = ("skin_score.beyond_error.not_high", "skin_score.beyond_error.high")
_GIVEN = f"In {{{_MAIN}:n}} patients with early dcSSc, given the score at sampling,"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id=ClaimId("skin_score.patients"),
        wordings=(
            Wording(
                when=lambda ledger: ledger["skin_score.n"].n == 0,
                text="No patient with early dcSSc had a known category of IL-6.",
            ),
            Wording(
                when=always,
                text="Of {skin_score.n:estimate} patients with early dcSSc, "
                "{skin_score.n.high:estimate} had high IL-6; {skin_score.died.high:estimate} of "
                "these and {skin_score.died.not_high:estimate} of the "
                "{skin_score.n.not_high:estimate} others died before the last planned visit, at "
                "which the skin of {skin_score.scored_last.high:estimate} and "
                "{skin_score.scored_last.not_high:estimate} was scored.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_score.missed_visits"),
        wordings=(
            Wording(
                when=not_estimable(*_MISSED),
                text="Visits missed while under follow-up could not be compared between the "
                "categories.",
            ),
            Wording(
                when=always,
                text="Of the visits due while a patient was under follow-up, "
                f"{{{_MISSED[1]}:estimate}} were missed with high IL-6 and "
                f"{{{_MISSED[0]}:estimate}} without.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_score.course"),
        wordings=(
            Wording(
                when=not_estimable(*_CHANGE),
                text=f"The mean course of the score could not be modelled ({{{_CHANGE[1]}}}).",
            ),
            Wording(
                when=always,
                text="By the mixed model the mean score changed by "
                f"{{{_CHANGE[1]}}} with high IL-6 and by {{{_CHANGE[0]}}} without.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_score.difference"),
        wordings=(
            Wording(
                when=not_estimable(_MAIN),
                text="The difference in skin score at the last planned visit, given the score at "
                "sampling, was "
                f"{{{_MAIN}}}.",
            ),
            Wording(
                when=clearly_above(_MAIN),
                text=f"{_GIVEN} skin involvement at the last planned visit was worse with high "
                f"IL-6 (difference {{{_MAIN}:inside}}).",
            ),
            Wording(
                when=clearly_below(_MAIN),
                text=f"{_GIVEN} skin involvement at the last planned visit was less with high "
                f"IL-6 (difference {{{_MAIN}:inside}}).",
            ),
            Wording(
                when=above(_MAIN),
                text=f"{_GIVEN} the estimate is of worse skin at the last planned visit with high "
                f"IL-6, but the interval includes no difference (difference {{{_MAIN}:inside}}).",
            ),
            Wording(
                when=always,
                text=f"{_GIVEN} the data do not point to worse skin at the last planned visit with "
                f"high IL-6 (difference {{{_MAIN}:inside}}).",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_score.relevance"),
        wordings=(
            Wording(
                when=not_estimable(_MAIN),
                text="Whether a difference that matters to patients is compatible with the data "
                "therefore remains open.",
            ),
            Wording(
                when=reaches_beyond(_MAIN, lambda plan: plan.mrss_mcid_points),
                text="The interval reaches beyond the change that patients notice, so a difference "
                "that matters cannot be excluded.",
            ),
            Wording(
                when=always,
                text="The interval stays within the change that patients notice: a difference that "
                "matters is unlikely.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_score.check"),
        wordings=(
            Wording(
                when=not_estimable(_ANCOVA),
                text=f"The analysis of covariance of the last score was {{{_ANCOVA}}}.",
            ),
            Wording(
                when=always,
                text="The analysis of covariance of the last score alone, as a plain check, gave "
                f"{{{_ANCOVA}}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_score.death"),
        wordings=(
            Wording(
                when=not_estimable(_RANK),
                text=f"An analysis in which death ranks worst was {{{_RANK}}}.",
            ),
            Wording(
                when=clearly_below(_RANK),
                text="With death ranked worse than any score, patients with high IL-6 fared worse: "
                "the probability that one of them had the better course than one without was "
                f"{{{_RANK}}}.",
            ),
            Wording(
                when=clearly_above(_RANK),
                text="With death ranked worse than any score, patients with high IL-6 fared "
                "better: the probability that one of them had the better course than one without "
                f"was {{{_RANK}}}.",
            ),
            Wording(
                when=always,
                text="With death ranked worse than any score there was no clear difference: the "
                "probability that a patient with high IL-6 had the better course than one without "
                f"was {{{_RANK}}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_score.survivors"),
        wordings=(
            Wording(
                when=not_estimable(_SURVIVORS),
                text="Those who lived through the whole period could not be analysed on their own.",
            ),
            Wording(
                when=always,
                text="Among those who lived through the whole period, a group that is chosen by "
                f"its outcome, the difference was {{{_SURVIVORS}}}.",
            ),
        ),
    ),
    Claim(
        id=ClaimId("skin_score.change"),
        wordings=(
            Wording(
                when=not_estimable(*_WORSENED, *_ERROR),
                text="Changes of single patients could not be compared: a category has nobody "
                "scored at both ends.",
            ),
            Wording(
                when=always,
                text=f"Of those scored at both ends, {{{_WORSENED[1]}}} with high IL-6 and "
                f"{{{_WORSENED[0]}}} without became worse by at least the change that patients "
                "notice. A change larger than error of scoring alone would give was seen in "
                f"{{{_ERROR[1]}}} with high IL-6 and in {{{_ERROR[0]}}} without.",
            ),
        ),
    ),
)

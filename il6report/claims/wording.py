"""How a sentence that asserts a result is chosen and filled.

A claim has several wordings; the first whose condition holds for the results is printed. New data
change the sentence instead of making it a lie. Numbers are quoted by ledger identifier, with a
part after a colon: `{survival.cox.il6_high}`, `{survival.cox.il6_high:interval}`.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NewType, cast, get_args

from il6report.errors import ClaimError
from il6report.estimates import Estimate, HypothesisTest
from il6report.ledger import Ledger
from il6report.notation import Part
from il6report.plan import AnalysisPlan

ClaimId = NewType("ClaimId", str)
Condition = Callable[[Ledger], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A sentence and the condition under which it is true.

    Parameters
    ----------
    when : callable
        Takes the ledger; whether the sentence holds.
    text : str
        The sentence, quoting numbers by identifier in braces.
    """

    when: Condition
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What the report says about one result, in as many wordings as there are outcomes.

    Parameters
    ----------
    id : ClaimId
        Question and topic, such as "survival.hazard".
    wordings : tuple of Wording
        Tried in order; the last should hold always.
    """

    id: ClaimId
    wordings: tuple[Wording, ...]


def always(_: Ledger) -> bool:
    """Hold whatever the results are."""
    return True


def not_estimable(*statistic_ids: str) -> Condition:
    """Hold where any of the statistics could not be estimated."""
    return lambda ledger: any(
        not isinstance(ledger[one].estimate, Estimate) for one in statistic_ids
    )


def clearly_above(*statistic_ids: str) -> Condition:
    """Hold where every interval lies above the value of no effect."""
    return _every(statistic_ids, lambda found: found.excludes_null and found.above_null)


def clearly_below(*statistic_ids: str) -> Condition:
    """Hold where every interval lies below the value of no effect."""
    return _every(statistic_ids, lambda found: found.excludes_null and not found.above_null)


def above(*statistic_ids: str) -> Condition:
    """Hold where every estimate lies above the value of no effect, whatever its interval."""
    return _every(statistic_ids, lambda found: found.above_null)


def rejected(statistic_id: str) -> Condition:
    """Hold where the test of a statistic rejects at the level of the plan's intervals."""

    def condition(ledger: Ledger) -> bool:
        test = ledger[statistic_id].test
        return isinstance(test, HypothesisTest) and test.p_value < 1 - ledger.plan.conf_level

    return condition


def imprecise(statistic_id: str, *, ratio: float) -> Condition:
    """Hold where the upper end of the interval is more than so many times the lower."""

    def condition(ledger: Ledger) -> bool:
        found = ledger[statistic_id].estimate
        if not isinstance(found, Estimate) or found.conf_low is None or found.conf_high is None:
            return True
        return found.conf_high > ratio * found.conf_low

    return condition


def not_clearly_above(*statistic_ids: str) -> Condition:
    """Hold where no interval lies above the value of no effect."""
    return _every(statistic_ids, lambda found: not (found.excludes_null and found.above_null))


def clear_after_adjustment(*statistic_ids: str) -> Condition:
    """Hold where every interval lies above no effect and every adjusted p-value says the same."""

    def condition(ledger: Ledger) -> bool:
        tests = [ledger[one].test for one in statistic_ids]
        level = 1 - ledger.plan.conf_level
        return clearly_above(*statistic_ids)(ledger) and all(
            isinstance(test, HypothesisTest)
            and test.p_adjusted is not None
            and test.p_adjusted < level
            for test in tests
        )

    return condition


def open_ended(statistic_id: str) -> Condition:
    """Hold where the data set no upper end to the interval."""
    return _every((statistic_id,), lambda found: found.conf_high == math.inf)


def none_counted(statistic_id: str) -> Condition:
    """Hold where a count is zero: the data hold nothing of the kind."""
    return _every((statistic_id,), lambda found: found.value == 0)


def _every(statistic_ids: Sequence[str], holds: Callable[[Estimate], bool]) -> Condition:
    def condition(ledger: Ledger) -> bool:
        found = [ledger[one].estimate for one in statistic_ids]
        return all(isinstance(one, Estimate) and holds(one) for one in found)

    return condition


def reaches_beyond(statistic_id: str, size: Callable[[AnalysisPlan], float]) -> Condition:
    """Hold where the interval includes effects larger than a size of the plan, either way."""

    def condition(ledger: Ledger) -> bool:
        found = ledger[statistic_id].estimate
        if not isinstance(found, Estimate) or found.conf_low is None or found.conf_high is None:
            return True
        return max(-found.conf_low, found.conf_high) > size(ledger.plan)

    return condition


class _QuotingFormatter(string.Formatter):
    """Replace `{question.key:part}` by what the ledger prints for it."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401
        del args, kwargs
        return field_name, field_name

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401
        part = format_spec or "full"
        if part not in get_args(Part):
            parts = ", ".join(get_args(Part))
            raise ClaimError(f"{{{value}:{part}}} quotes an unknown part; the parts are {parts}.")
        return self.ledger.number(str(value), cast("Part", part))


def say(claim_id: str, ledger: Ledger, claims: Mapping[str, Claim]) -> str:
    """Print the wording of a claim that these results make true.

    Parameters
    ----------
    claim_id : str
        Such as "survival.hazard".
    ledger : Ledger
        The results.
    claims : mapping of str to Claim
        All claims of the report.

    Returns
    -------
    str
        The sentence with its numbers, plain text.

    Raises
    ------
    ClaimError
        If there is no such claim, none of its wordings holds, or it quotes what does not exist.
    """
    if claim_id not in claims:
        raise ClaimError(f"there is no claim {claim_id!r}; there are {', '.join(claims)}.")
    for wording in claims[claim_id].wordings:
        if wording.when(ledger):
            return _QuotingFormatter(ledger).format(wording.text)
    raise ClaimError(f"no wording of the claim {claim_id!r} holds for these results; add one.")

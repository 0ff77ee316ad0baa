"""What is known of a child as rules see it, and the expressions that rules are written in.

No expression can negate a fact, a lower age can only make more of them hold, and so can a temperature that rises from
38 °C.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from core.types import Answer, FreeTextFindings, SymptomReport
from core.vocabulary import Vocabulary

FEVER_C = 38.0
COLD_C = 36.0
YOUNG_BABY_MONTHS, AFTER_FIRST_DAY = 3, 0.05
DESCRIBED_ONLY = "described_only"
"""The words describe a condition, and no symptom or danger sign was understood."""
_YOUNG_BABY = frozenset({"under_3_months", "newborn_under_28d"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a child, as rules see it."""

    names: frozenset[str]
    """Symptom and danger-sign ids, `at_<site>`, `any_<symptom group>`, `condition_<id>`, `surely_<id>`, `feels_hot`,
    `described_only`."""
    age_months: float | None = None
    """None when not told: comparisons are then false."""
    temperature_c: float | None = None
    """Degrees Celsius, the highest told; None when not measured."""
    is_told: bool = False
    """False when no symptom, danger sign or fever was told, and the words describe nothing: nothing to judge by."""


Test = Callable[[Facts], bool]


def gather_facts(
    report: SymptomReport,
    findings: FreeTextFindings,
    vocabulary: Vocabulary,
    conditions: Iterable[str] = (),
    *,
    sure: Iterable[str] = (),
    is_described: bool = False,
) -> Facts:
    """Form, danger-sign answers and free text as facts; words can add facts and never take one away.

    Args:
        report: what the parent picked and answered.
        findings: what was understood from free text, of every message so far.
        vocabulary: groups of symptoms and what danger signs imply.
        conditions: ids of conditions probable enough to count.
        sure: ids of those that are nearly sure.
        is_described: whether the words describe a condition, even where no symptom was understood.
    """
    age = _bound(min, _age_in_form(report), findings.age_months)
    temperature = _bound(max, report.temperature_c, findings.temperature_c)
    coldest = _bound(min, report.temperature_c, findings.temperature_c)
    told = _told(report, findings, vocabulary, age) | ({"low_temperature"} if (coldest or FEVER_C) < COLD_C else set())
    names = {
        *told,
        *(f"any_{vocabulary.symptoms[name].group}" for name in told if name in vocabulary.symptoms),
        *(f"at_{site}" for site in (*report.body_sites, *findings.body_sites)),
        *(f"condition_{name}" for name in conditions),
        *(f"surely_{name}" for name in sure),
        *(["feels_hot"] * report.feels_hot),
    }
    is_told = bool(told) or report.feels_hot or (temperature or 0) >= FEVER_C
    if is_described and not is_told:
        names.add(DESCRIBED_ONLY)
    return Facts(names=frozenset(names), age_months=age, temperature_c=temperature, is_told=is_told or is_described)


def _age_in_form(report: SymptomReport) -> float | None:
    """The age in months; none in whole months, 0 for a month not yet full, says that this is the first day of life."""
    return AFTER_FIRST_DAY if report.age_months == 0 else report.age_months


def _bound(pick: Callable[[Iterable[float]], float], *values: float | None) -> float | None:
    """The lowest or highest of the values that were told; None when none was."""
    told = [value for value in values if value is not None]
    return pick(told) if told else None


def _told(
    report: SymptomReport, findings: FreeTextFindings, vocabulary: Vocabulary, age_months: float | None
) -> set[str]:
    """Ids of symptoms and danger signs, with what the signs imply; under 3 months "don't know" counts as "yes"."""
    told = {*report.symptoms, *findings.symptoms}
    is_young_baby = bool(told & _YOUNG_BABY) or (age_months is not None and age_months < YOUNG_BABY_MONTHS)
    counted = {Answer.YES, Answer.UNKNOWN} if is_young_baby else {Answer.YES}
    told |= {sign for sign, answer in report.danger_signs.items() if answer in counted}
    signs = vocabulary.danger_signs
    return told | {name for sign in told if sign in signs for name in signs[sign].implies}


def read_test(when: str, known: Collection[str], owner: str, faults: list[str]) -> list[Test]:
    """The test in a list, or an empty list and a fault."""
    try:
        return [_test(ast.parse(f"({when})", mode="eval").body, known)]
    except (SyntaxError, ValueError) as error:
        faults.append(f"{owner}: {error}")
        return []


def _test(node: ast.expr, known: Collection[str]) -> Test:
    """A closure for an expression of known facts, `and`, `or` and monotone comparisons; ValueError for all else."""
    match node:
        case ast.BoolOp(op=operator, values=values):
            parts = [_test(value, known) for value in values]
            if isinstance(operator, ast.And):
                return lambda facts: all(part(facts) for part in parts)
            return lambda facts: any(part(facts) for part in parts)
        case ast.Name(id=name) if name in known:
            return lambda facts: name in facts.names
        case ast.Name(id=name):
            raise ValueError(f"unknown fact {name}")
        case ast.Compare(left=ast.Name(id="age_months"), ops=[ast.Lt()], comparators=[ast.Constant(value=limit)]):
            months = _number(limit)
            return lambda facts: facts.age_months is not None and facts.age_months < months
        case ast.Compare(left=ast.Name(id="temperature_c"), ops=[ast.GtE()], comparators=[ast.Constant(value=limit)]):
            degrees = _number(limit)
            return lambda facts: facts.temperature_c is not None and facts.temperature_c >= degrees
    raise ValueError(f"cannot read {ast.unparse(node)!r}: only facts, and, or, age_months < n and temperature_c >= n")


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a number")  # noqa: TRY004 (every fault of an expression is a ValueError)
    return float(value)

"""How soon to act: the rules of `kb/red_flags.toml`, pure and monotone.

No rule can negate a fact, a lower age can only make more rules hold, and so can a temperature that rises from 38 °C.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from core.errors import KnowledgeInvalid
from core.types import Answer, FreeTextFindings, Lang, MatchedRule, SymptomReport, Urgency, UrgencyDecision
from core.vocabulary import Bilingual, Vocabulary, read_toml

FEVER_C = 38.0
COLD_C = 36.0
YOUNG_BABY_MONTHS = 3
_UNTOLD, _CALM = "untold", "H"
_YOUNG_BABY = frozenset({"under_3_months", "newborn_under_28d"})
_RAISES = "+1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a child, as rules see it."""

    names: frozenset[str]
    """Symptom and danger-sign ids, `at_<site>`, `any_<symptom group>`, `condition_<id>`, `feels_hot`."""
    age_months: float | None = None
    """None when not told: comparisons are then false."""
    temperature_c: float | None = None
    """Degrees Celsius, the highest told; None when not measured."""
    is_told: bool = False
    """False when no symptom, danger sign or fever was told: nothing to judge by."""


Test = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of urgency with what to do by default."""

    id: str
    """`E0`, `E1`, `U`, `R`, `R_routine`, `H` or `untold`."""
    order: int
    """0 for the most urgent."""
    urgency: Urgency
    """What it means outside the rules."""
    raised: str
    """Id of the level one step up; its own id at the top."""
    next_step: Mapping[Lang, str]
    """The one thing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When to act how soon, and why."""

    id: str
    """Stable id."""
    level: Level | None
    """None for a rule that raises the level of the others by one step."""
    test: Test
    """True for facts that match."""
    reason: Mapping[Lang, str]
    """One sentence to the parent."""
    next_step: Mapping[Lang, str] | None
    """What to do, when it differs from the level's default."""
    sources: tuple[str, ...]
    """Source ids, the closest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlags:
    """All rules, in the order of the file."""

    levels: Mapping[str, Level]
    """Level id → level, the most urgent first."""
    derived: tuple[tuple[str, Test], ...]
    """Names of derived facts, each after those it rests on."""
    rules: tuple[Rule, ...]
    """From the top of the file down."""

    def matches(self, facts: Facts) -> tuple[Rule, ...]:
        """The rules that hold, the most urgent first, in file order within a level; raising rules last."""
        names = set(facts.names)
        for name, test in self.derived:
            if test(_with_names(facts, names)):
                names.add(name)
        known = _with_names(facts, names)
        held = (rule for rule in self.rules if rule.test(known))
        return tuple(sorted(held, key=lambda rule: rule.level.order if rule.level else len(self.levels)))


def _with_names(facts: Facts, names: set[str]) -> Facts:
    return Facts(
        names=frozenset(names), age_months=facts.age_months, temperature_c=facts.temperature_c, is_told=facts.is_told
    )


def gather_facts(
    report: SymptomReport, findings: FreeTextFindings, vocabulary: Vocabulary, conditions: Iterable[str] = ()
) -> Facts:
    """Form, danger-sign answers and free text as facts; words can add facts and never take one away.

    Args:
        report: what the parent picked and answered.
        findings: what was understood from free text, of every message so far.
        vocabulary: groups of symptoms and what danger signs imply.
        conditions: ids of conditions probable enough to count.
    """
    age = _bound(min, report.age_months, findings.age_months)
    temperature = _bound(max, report.temperature_c, findings.temperature_c)
    coldest = _bound(min, report.temperature_c, findings.temperature_c)
    told = _told(report, findings, vocabulary, age) | ({"low_temperature"} if (coldest or FEVER_C) < COLD_C else set())
    names = {
        *told,
        *(f"any_{vocabulary.symptoms[name].group}" for name in told if name in vocabulary.symptoms),
        *(f"at_{site}" for site in (*report.body_sites, *findings.body_sites)),
        *(f"condition_{name}" for name in conditions),
        *(["feels_hot"] * report.feels_hot),
    }
    is_hot = report.feels_hot or (temperature or 0) >= FEVER_C
    return Facts(names=frozenset(names), age_months=age, temperature_c=temperature, is_told=bool(told) or is_hot)


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


def decide_urgency(rules: RedFlags, facts: Facts, lang: Lang, floor: Urgency = Urgency.SELF_CARE) -> UrgencyDecision:
    """How soon to act, why, and the one next step.

    The most urgent level wins; the first rule from the top within it gives the next step. Parental concern raises
    what the rules say by one level. The floor (ranking, photo, an earlier turn) can only raise.
    """
    held = rules.matches(facts)
    level = next((rule.level for rule in held if rule.level), rules.levels[_CALM if facts.is_told else _UNTOLD])
    matched = [_matched(rule, rule.level, lang) for rule in held if rule.level]
    for rule in held:
        if rule.level is None:
            raised = rules.levels[level.raised]
            place = 0 if raised.order < level.order else len(matched)
            matched.insert(place, _matched(rule, raised, lang))
            level = raised
    if floor.rank > level.urgency.rank:
        asked = next(item for item in rules.levels.values() if item.urgency is floor)
        return UrgencyDecision(urgency=floor, next_step=asked.next_step[lang], rules=tuple(matched))
    next_step = matched[0].next_step if matched else level.next_step[lang]
    return UrgencyDecision(urgency=level.urgency, next_step=next_step, rules=tuple(matched))


def _matched(rule: Rule, level: Level, lang: Lang) -> MatchedRule:
    return MatchedRule(
        id=rule.id,
        urgency=level.urgency,
        reason=rule.reason[lang],
        next_step=(rule.next_step or level.next_step)[lang],
        source=rule.sources[0],
    )


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Level(_Closed):
    urgency: Urgency
    raised: str
    next_step: Bilingual
    sources: list[str] = []


class _Rule(_Closed):
    id: str
    level: str
    when: str
    reason: Bilingual
    next_step: Bilingual | None = None
    sources: list[str]
    read: date
    review: str


class _RedFlags(_Closed):
    levels: dict[str, _Level]
    derived: dict[str, str]
    rule: list[_Rule]


def load_red_flags(kb_dir: Path, vocabulary: Vocabulary, source_ids: Collection[str]) -> RedFlags:
    """The rules of `kb/red_flags.toml`.

    Raises:
        KnowledgeInvalid: one argument a fault, each naming the rule: an unknown fact, level, source or condition, a
            repeated id, a rule without source, or a condition that cannot be read.
    """
    data = read_toml(kb_dir / "red_flags.toml", _RedFlags)
    levels = {
        name: Level(id=name, order=order, urgency=item.urgency, raised=item.raised, next_step=item.next_step.by_lang())
        for order, (name, item) in enumerate(data.levels.items())
    }
    faults = list(_level_faults(data.levels, source_ids))
    known = _known_facts(kb_dir, vocabulary)
    derived: list[tuple[str, Test]] = []
    for name, when in data.derived.items():
        derived += [(name, test) for test in _read_test(when, known, f"[derived] {name}", faults)]
        known.add(name)
    rules: list[Rule] = []
    for item in data.rule:
        faults += _rule_faults(item, levels, source_ids, {rule.id for rule in rules})
        rules += [_rule(item, test, levels) for test in _read_test(item.when, known, item.id, faults)]
    if faults:
        raise KnowledgeInvalid(*(f"red_flags.toml: {fault}" for fault in faults))
    return RedFlags(levels=levels, derived=tuple(derived), rules=tuple(rules))


def _level_faults(levels: Mapping[str, _Level], source_ids: Collection[str]) -> Iterator[str]:
    for name, item in levels.items():
        if item.raised not in levels:
            yield f"[levels] {name}: unknown level {item.raised}"
        yield from (f"[levels] {name}: unknown source {source}" for source in item.sources if source not in source_ids)
    yield from (f"[levels] {name} is missing" for name in (_CALM, _UNTOLD) if name not in levels)


def _rule(item: _Rule, test: Test, levels: Mapping[str, Level]) -> Rule:
    return Rule(
        id=item.id,
        level=levels.get(item.level),
        test=test,
        reason=item.reason.by_lang(),
        next_step=item.next_step.by_lang() if item.next_step else None,
        sources=tuple(item.sources),
    )


def _rule_faults(
    item: _Rule, levels: Collection[str], source_ids: Collection[str], earlier: Collection[str]
) -> Iterator[str]:
    if item.id in earlier:
        yield f"{item.id} stands twice"
    if item.level not in levels and item.level != _RAISES:
        yield f"{item.id}: unknown level {item.level}"
    if not item.sources:
        yield f"{item.id} has no source"
    yield from (f"{item.id}: unknown source {name}" for name in item.sources if name not in source_ids)
    texts = [item.reason, *([item.next_step] if item.next_step else [])]
    if not item.review or not all(text.ko and text.en for text in texts):
        yield f"{item.id}: a text or the review is empty"


def _known_facts(kb_dir: Path, vocabulary: Vocabulary) -> set[str]:
    """Every name that a rule may use before derived facts are added."""
    return {
        *vocabulary.symptoms,
        *vocabulary.danger_signs,
        *(f"at_{site}" for site in vocabulary.body_sites),
        *(f"any_{group}" for group in vocabulary.symptom_groups),
        *(f"condition_{path.stem}" for path in (kb_dir / "conditions").glob("*.md")),
        "feels_hot",
    }


def _read_test(when: str, known: Collection[str], owner: str, faults: list[str]) -> list[Test]:
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

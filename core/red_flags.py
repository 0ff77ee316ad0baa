"""How soon to act: the rules of `kb/red_flags.toml`, pure and monotone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from core.errors import KnowledgeInvalid
from core.facts import DESCRIBED_ONLY, Facts, Test, read_test
from core.types import Lang, MatchedRule, Urgency, UrgencyDecision
from core.vocabulary import Bilingual, Vocabulary, read_toml

UNTOLD, ALWAYS = "untold", "always"
"""Facts that only `when` of a danger-sign question may name."""
_CALM = "H"
_RAISES, _RAISES_SAME_DAY = "+1", "U+1"


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
    raises_only: Urgency | None
    """The one urgency that a raising rule raises; None when it raises any."""
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
    asks: Mapping[str, Test]
    """Danger-sign id → when its question matters."""

    def derive(self, facts: Facts) -> Facts:
        """The facts with the derived ones that follow from them."""
        for name, test in self.derived:
            if test(facts):
                facts = replace(facts, names=facts.names | {name})
        return facts

    def matches(self, facts: Facts) -> tuple[Rule, ...]:
        """The rules that hold, the most urgent first, in file order within a level; raising rules last."""
        known = self.derive(facts)
        held = (rule for rule in self.rules if rule.test(known))
        return tuple(sorted(held, key=lambda rule: rule.level.order if rule.level else len(self.levels)))


def decide_urgency(rules: RedFlags, facts: Facts, lang: Lang, floor: Urgency = Urgency.SELF_CARE) -> UrgencyDecision:
    """How soon to act, why, and the one next step.

    The most urgent level wins; the first rule from the top within it gives the next step. Parental concern raises
    what the rules say by one level. The floor (ranking, photo, an earlier turn) can only raise.
    """
    held = rules.matches(facts)
    level = next((rule.level for rule in held if rule.level), rules.levels[_CALM if facts.is_told else UNTOLD])
    matched = [_matched(rule, rule.level, lang) for rule in held if rule.level]
    least = next(item for item in rules.levels.values() if item.urgency is floor)
    for rule in held:
        start = least if rule.raises_only and floor.rank > level.urgency.rank else level
        if rule.level is None and rule.raises_only in {None, start.urgency}:
            raised = rules.levels[start.raised]
            place = 0 if raised.order < level.order else len(matched)
            matched.insert(place, _matched(rule, raised, lang))
            level = raised
    if floor.rank > level.urgency.rank:
        return UrgencyDecision(urgency=floor, next_step=least.next_step[lang], rules=tuple(matched))
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
    known = known_facts(kb_dir, vocabulary)
    derived: list[tuple[str, Test]] = []
    for name, when in data.derived.items():
        derived += [(name, test) for test in read_test(when, known, f"[derived] {name}", faults)]
        known.add(name)
    rules: list[Rule] = []
    for item in data.rule:
        faults += _rule_faults(item, levels, source_ids, {rule.id for rule in rules})
        rules += [_rule(item, test, levels) for test in read_test(item.when, known, item.id, faults)]
    asks = {
        sign.id: test
        for sign in vocabulary.danger_signs.values()
        for test in read_test(sign.when, {*known, UNTOLD, ALWAYS}, f"question {sign.id}", faults)
    }
    if faults:
        raise KnowledgeInvalid(*(f"red_flags.toml: {fault}" for fault in faults))
    return RedFlags(levels=levels, derived=tuple(derived), rules=tuple(rules), asks=asks)


def _level_faults(levels: Mapping[str, _Level], source_ids: Collection[str]) -> Iterator[str]:
    for name, item in levels.items():
        if item.raised not in levels:
            yield f"[levels] {name}: unknown level {item.raised}"
        yield from (f"[levels] {name}: unknown source {source}" for source in item.sources if source not in source_ids)
    yield from (f"[levels] {name} is missing" for name in (_CALM, UNTOLD) if name not in levels)


def _rule(item: _Rule, test: Test, levels: Mapping[str, Level]) -> Rule:
    return Rule(
        id=item.id,
        level=levels.get(item.level),
        raises_only=Urgency.URGENT_SAME_DAY if item.level == _RAISES_SAME_DAY else None,
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
    if item.level not in {*levels, _RAISES, _RAISES_SAME_DAY}:
        yield f"{item.id}: unknown level {item.level}"
    if not item.sources:
        yield f"{item.id} has no source"
    yield from (f"{item.id}: unknown source {name}" for name in item.sources if name not in source_ids)
    texts = [item.reason, *([item.next_step] if item.next_step else [])]
    if not item.review or not all(text.ko and text.en for text in texts):
        yield f"{item.id}: a text or the review is empty"


def known_facts(kb_dir: Path, vocabulary: Vocabulary) -> set[str]:
    """Every name that a rule may use before derived facts are added."""
    return {
        *vocabulary.symptoms,
        *vocabulary.danger_signs,
        *(f"at_{site}" for site in vocabulary.body_sites),
        *(f"any_{group}" for group in vocabulary.symptom_groups),
        *(f"{how}_{path.stem}" for path in (kb_dir / "conditions").glob("*.md") for how in ("condition", "surely")),
        "feels_hot",
        DESCRIBED_ONLY,
    }

"""When to look at the child again, what to watch until then, and what would mean going in now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.citations import Citations, bullets
from core.errors import KnowledgeInvalid
from core.facts import FEVER_C, Facts, Test, read_test
from core.knowledge import KnowledgeBase
from core.look_time import LookTime
from core.messages import translate
from core.red_flags import ALWAYS, RedFlags, decide_urgency, known_facts
from core.types import (
    Answer,
    Lang,
    LookAgain,
    Passage,
    SymptomReport,
    Urgency,
    UrgencyDecision,
    WouldRaise,
)
from core.vocabulary import Bilingual, read_toml

UNSURE = "unsure_danger"
_CHANGES = ("fever", "rapidly_worsening", "poor_feeding", "red_streaks", "skin_pain")
"""Besides danger signs, what a parent can see come and what rules ask about."""
_LIKELY, _ESCALATIONS, _CALLS, _SHOWN = 2, 4, 1, 3
_MOST_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: when to look again, for whom, and why."""

    id: str
    """Stable id."""
    time: LookTime
    """When."""
    test: Test
    """True for facts that match."""
    reason: Mapping[Lang, str]
    """Why then, in one sentence."""
    is_judgement: bool
    """True where no source says it."""
    sources: tuple[str, ...]
    """Source ids, the closest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookTable:
    """The table of `kb/look_again.toml`."""

    texts: Mapping[LookTime, Mapping[Lang, str]]
    """Time → the sentence that says it."""
    names: Mapping[LookTime, Mapping[Lang, str]]
    """Time → what it is called in a few words."""
    rows: tuple[Row, ...]
    """The soonest first, in file order within a time; the last one always holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookCase:
    """What the next look is decided from."""

    lang: Lang
    """Language of the texts."""
    report: SymptomReport
    """What was told, with the answers to danger-sign questions."""
    facts: Facts
    """Form and words as rules see them."""
    decision: UrgencyDecision
    """How soon to act, photo and earlier levels included."""
    leading: tuple[str, ...]
    """Ids of the likely conditions, whose sentences are quoted."""
    possible: tuple[str, ...]
    """Ids of the conditions that are still possible; empty while nothing tells one from another."""
    questions: tuple[str, ...]
    """Ids of danger-sign questions that matter now, answered ones too."""


def look_again(case: LookCase, table: LookTable, rules: RedFlags, knowledge: KnowledgeBase) -> LookAgain:
    """When to look again and what for; an emergency says go now, and nothing else."""
    if case.decision.urgency is Urgency.EMERGENCY:
        return LookAgain(time=None, row=None, text=case.decision.next_step)
    open_ones = _open_questions(case, rules, knowledge)
    facts = _table_facts(case, rules, knowledge, is_unsure=any(_is_unsure(case, name) for name in open_ones))
    row = next(row for row in table.rows if row.test(facts))
    return LookAgain(
        time=row.time,
        row=row.id,
        text=table.texts[row.time][case.lang],
        reason=row.reason[case.lang],
        is_judgement=row.is_judgement,
        sources=row.sources,
        watch=tuple(_watch(case, knowledge)),
        questions=open_ones,
        go_now=_go_now(case, rules, knowledge),
    )


def compose_look_again(look: LookAgain, cited: Citations) -> Iterator[str]:
    """The look as Markdown blocks: when and why, what to watch, what is still open, and what would mean going in."""
    lang = cited.lang
    if look.time is None:
        yield translate(lang, "Do not wait for another look: get help now.") + "\n\n"
        return
    basis = translate(lang, "(The time is our own judgement; a clinician has not reviewed it yet.)")
    if not look.is_judgement:
        basis = cited.mark(look.sources[0])
    yield f"### {translate(lang, 'When to look again')}\n\n**{look.text}** {look.reason} {basis}".rstrip() + "\n\n"
    watched = list(_said_once(look.watch, cited))
    if watched:
        yield f"{translate(lang, 'What to watch:')}\n\n" + bullets(watched)
    signs = cited.knowledge.vocabulary.danger_signs
    asked = [signs[name].labels[lang] for name in look.questions[:_SHOWN]]
    if asked:
        yield f"{translate(lang, 'Please check:')}\n\n" + bullets(asked)
    yield from _go_now_lines(look.go_now, cited)


def _go_now_lines(raising: Sequence[WouldRaise], cited: Citations) -> Iterator[str]:
    lang = cited.lang
    heads = {
        Urgency.EMERGENCY: translate(
            lang,
            "Call emergency services (119 in Korea, 999 in the UK, 911 in the US) or go to the emergency department "
            "at once if you see:",
        ),
        Urgency.URGENT_SAME_DAY: translate(lang, "See a doctor today if this comes:"),
        Urgency.SOON_24H: translate(lang, "See a doctor within a day if this comes:"),
    }
    for level, head in heads.items():
        items = [item for item in raising if item.urgency is level][:_MOST_SHOWN]
        if items:
            named = (f"{item.text[:1].lower()}{item.text[1:]} {cited.mark(item.source)}".rstrip() for item in items)
            yield f"**{cited.place.say(head, lang)}** {'; '.join(named)}\n\n"


def _said_once(watch: Sequence[Passage], cited: Citations) -> Iterator[str]:
    """The first sentences that the answer has not said yet, with their marks."""
    count = 0
    for part in watch:
        article = cited.knowledge.article(part.condition)
        whole = next(p for p in article.passages[part.lang] if p.id == part.id)
        for sentence in cited.open_sentences(part):
            if count < _SHOWN:
                count += 1
                yield cited.quote(whole, sentence)


def _open_questions(case: LookCase, rules: RedFlags, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Danger signs that could still change how soon to act: those answered "don't know", then those not answered."""
    given, signs = case.report.danger_signs, knowledge.vocabulary.danger_signs
    unsure = [name for name in signs if _is_unsure(case, name) and _after(case, rules, name, signs[name].implies)]
    return (*unsure, *(name for name in case.questions if name not in given))


def _is_unsure(case: LookCase, sign: str) -> bool:
    return case.report.danger_signs.get(sign) is Answer.UNKNOWN


def _table_facts(case: LookCase, rules: RedFlags, knowledge: KnowledgeBase, *, is_unsure: bool) -> Facts:
    """The facts with what only the table names."""
    usual = [knowledge.conditions[name].usual_urgency.rank for name in case.possible]
    names = {
        ALWAYS,
        *(f"at_least_{level}" for level in Urgency if level.rank <= case.decision.urgency.rank),
        *(f"possible_{level}" for level in Urgency if level.rank <= max(usual, default=-1)),
        *([UNSURE] * is_unsure),
    }
    known = rules.derive(case.facts)
    return replace(known, names=known.names | names)


def _watch(case: LookCase, knowledge: KnowledgeBase) -> Iterator[Passage]:
    """What the articles of the likely conditions say of getting worse, each passage with a few sentences."""
    for name in case.leading[:_LIKELY]:
        for section, most in (("see_doctor", _ESCALATIONS), ("call_119", _CALLS)):
            for passage in knowledge.conditions[name].passages[case.lang]:
                if passage.section == section:
                    yield replace(passage, sentences=passage.sentences[:most])


def _go_now(case: LookCase, rules: RedFlags, knowledge: KnowledgeBase) -> tuple[WouldRaise, ...]:
    """What is not told so far and would raise the level, by the rule that would then decide."""
    signs, found = knowledge.vocabulary.danger_signs, []
    candidates = {**{name: sign.implies for name, sign in signs.items()}, **dict.fromkeys(_CHANGES, ())}
    for name, implied in candidates.items():
        raised = _after(case, rules, name, implied)
        if raised and raised.rules:
            text = knowledge.vocabulary.label(name, case.lang)
            found.append(WouldRaise(id=name, text=text, urgency=raised.urgency, source=raised.rules[0].source))
    return tuple(sorted(found, key=lambda item: -item.urgency.rank))


def _after(case: LookCase, rules: RedFlags, name: str, implied: Collection[str]) -> UrgencyDecision | None:
    """The decision if this were told too; None when it would not be more urgent than now."""
    facts = case.facts
    if name in facts.names:
        return None
    warm = max(facts.temperature_c or FEVER_C, FEVER_C) if name == "fever" else facts.temperature_c
    told = replace(facts, names=facts.names | {name, *implied}, temperature_c=warm, is_told=True)
    decision = decide_urgency(rules, told, case.lang)
    return decision if decision.urgency.rank > case.decision.urgency.rank else None


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Time(Bilingual):
    name: Bilingual


class _Row(_Closed):
    id: str
    time: LookTime
    when: str
    reason: Bilingual
    basis: Literal["source", "judgement"]
    sources: list[str]
    review: str


class _LookTable(_Closed):
    time: dict[LookTime, _Time]
    look: list[_Row]


def load_look_table(kb_dir: Path, rules: RedFlags, knowledge: KnowledgeBase) -> LookTable:
    """The table of `kb/look_again.toml`.

    Raises:
        KnowledgeInvalid: one argument a fault: an unknown fact, time or source, a repeated id, a row that claims a
            source and names none, a time without text, or a last row that does not always hold.
    """
    data = read_toml(kb_dir / "look_again.toml", _LookTable)
    known = {
        *known_facts(kb_dir, knowledge.vocabulary),
        *(name for name, _ in rules.derived),
        *(f"{how}_{level}" for how in ("at_least", "possible") for level in Urgency),
        *(UNSURE, ALWAYS),
    }
    faults = [f"no text for {time}" for time in LookTime if time not in data.time]
    rows: list[Row] = []
    for item in data.look:
        faults += _row_faults(item, knowledge, {row.id for row in rows})
        rows += [_row(item, test) for test in read_test(item.when, known, item.id, faults)]
    if not data.look or data.look[-1].when != ALWAYS:
        faults.append("the last row must hold always")
    if faults:
        raise KnowledgeInvalid(*(f"look_again.toml: {fault}" for fault in faults))
    return LookTable(
        texts={time: item.by_lang() for time, item in data.time.items()},
        names={time: item.name.by_lang() for time, item in data.time.items()},
        rows=tuple(sorted(rows, key=lambda row: list(LookTime).index(row.time))),
    )


def _row(item: _Row, test: Test) -> Row:
    return Row(
        id=item.id,
        time=item.time,
        test=test,
        reason=item.reason.by_lang(),
        is_judgement=item.basis == "judgement",
        sources=tuple(item.sources),
    )


def _row_faults(item: _Row, knowledge: KnowledgeBase, earlier: Collection[str]) -> Iterator[str]:
    if item.id in earlier:
        yield f"{item.id} stands twice"
    if item.basis == "source" and not item.sources:
        yield f"{item.id} claims a source and names none"
    yield from (f"{item.id}: unknown source {name}" for name in item.sources if name not in knowledge.sources)
    if not (item.review and item.reason.ko and item.reason.en):
        yield f"{item.id}: a text or the review is empty"

"""Reading a conversation: what the child's facts are after every message, and what was already said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.knowledge import KnowledgeBase
from core.topics import conditions_in
from core.types import FreeTextFindings, Question, Role, SymptomReport, Turn, Urgency
from core.word_reader import OTHER

HISTORY_WINDOW = 10
"""Messages of the conversation that count for an answer."""


def parent_texts(turns: Iterable[Turn]) -> tuple[str, ...]:
    """What the parent said, oldest first."""
    return tuple(turn.text for turn in turns if turn.role is Role.PARENT)


def merge_findings(findings: Iterable[FreeTextFindings]) -> FreeTextFindings:
    """One set of findings: what any of them says is said.

    The highest temperature, the longest duration and the lowest age count; the words that describe a condition most
    clearly say what it sounds like.
    """
    every = list(findings)
    symptoms = tuple(dict.fromkeys(name for item in every for name in item.symptoms))
    denied = tuple(dict.fromkeys(name for item in every for name in item.denied if name not in symptoms))
    temperatures = [item.temperature_c for item in every if item.temperature_c is not None]
    ages = [item.age_months for item in every if item.age_months is not None]
    durations = [item.duration_hours for item in every if item.duration_hours is not None]
    return replace(
        every[-1],
        symptoms=symptoms,
        denied=denied,
        suspected=tuple(dict.fromkeys(name for item in every for name in item.suspected if name not in symptoms)),
        body_sites=tuple(dict.fromkeys(site for item in every for site in item.body_sites)),
        temperature_c=max(temperatures, default=None),
        last_temperature_c=temperatures[-1] if temperatures else None,
        age_months=min(ages, default=None),
        duration_hours=max(durations, default=None),
        medicines=tuple(dict.fromkeys(name for item in every for name in item.medicines)),
        sounds_like=min(
            (item.sounds_like for item in every if item.sounds_like is not None),
            key=lambda sounds: sounds.get(OTHER, 0.0),
            default=None,
        ),
        dropped=tuple(dict.fromkeys(part for item in every for part in item.dropped)),
    )


def said_before(question: Question, knowledge: KnowledgeBase) -> set[str]:
    """Sentences of the knowledge base that the assistant already quoted in this conversation's window."""
    earlier = "\n".join(t.text for t in question.history[-HISTORY_WINDOW:] if t.role is Role.ASSISTANT)
    if not earlier:
        return set()
    place = knowledge.country(question.case.country, question.lang)
    return {
        s.text
        for passage in knowledge.passages()
        if passage.lang is question.lang
        for s in passage.sentences
        if place.say(s.text, question.lang) in earlier
    }


def level_so_far(question: Question) -> Urgency:
    """The urgency that the parent knows of: at least routine before anything was told, as that is what little gets."""
    is_first = not question.history and question.case.report == SymptomReport() and not question.case.photos
    return max(question.floor, Urgency.ROUTINE, key=lambda level: level.rank) if is_first else question.floor


def spoken_of(text: str, question: Question, knowledge: KnowledgeBase, likely: tuple[str, ...]) -> tuple[str, ...]:
    """Conditions that a question is about: named in it, named lately, given as context, or the likely ones."""
    conditions = tuple(knowledge.conditions.values())
    named = conditions_in(text, conditions)
    if named:
        return named
    for turn in reversed(question.history[-HISTORY_WINDOW:]):
        lately = conditions_in(turn.text, conditions) if turn.role is Role.PARENT else ()
        if lately:
            return lately
    known = tuple(name for name in question.context_conditions if name in knowledge.conditions)
    return known or likely

"""Reading a conversation: what the child's facts are after every message, and what was already said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from core.knowledge import KnowledgeBase
from core.topics import conditions_in
from core.types import FreeTextFindings, Question, Role

HISTORY_WINDOW = 10
"""Messages of the conversation that count for an answer."""


def read_conversation(question: Question, read: Callable[[str], FreeTextFindings]) -> FreeTextFindings:
    """What the form's words, every earlier message of the parent and this one say together.

    A danger sign once told stays told: only symptoms are added, never removed.
    """
    texts = [
        question.case.report.free_text,
        *(t.text for t in question.history if t.role is Role.PARENT),
        question.text,
    ]
    findings = [read(text) for text in texts if text.strip()]
    return merge_findings(findings) if findings else read("")


def merge_findings(findings: Iterable[FreeTextFindings]) -> FreeTextFindings:
    """One set of findings: what is present in any is present, the highest temperature counts, the first age stays."""
    every = list(findings)
    symptoms = tuple(dict.fromkeys(name for item in every for name in item.symptoms))
    denied = tuple(dict.fromkeys(name for item in every for name in item.denied if name not in symptoms))
    temperatures = [item.temperature_c for item in every if item.temperature_c is not None]
    ages = [item.age_months for item in every if item.age_months is not None]
    return replace(
        every[-1],
        symptoms=symptoms,
        denied=denied,
        body_sites=tuple(dict.fromkeys(site for item in every for site in item.body_sites)),
        temperature_c=max(temperatures, default=None),
        age_months=min(ages, default=None),
    )


def said_before(question: Question, knowledge: KnowledgeBase) -> set[str]:
    """Sentences of the knowledge base that the assistant already quoted in this conversation's window."""
    earlier = "\n".join(t.text for t in question.history[-HISTORY_WINDOW:] if t.role is Role.ASSISTANT)
    if not earlier:
        return set()
    return {
        s.text
        for passage in knowledge.passages()
        if passage.lang is question.lang
        for s in passage.sentences
        if s.text in earlier
    }


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

"""What kind of message a parent sends, when it is no question that an article answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from core.messages import translate
from core.topics import Topic
from core.types import FreeTextFindings, Lang

_SURE, _UNANSWERED = 0.4, 0.6
"""Least probability of a kind of talk, and of a question that nothing answers, in words of a child's health."""
_SURE_ELSEWHERE, _UNANSWERED_ELSEWHERE = 0.65, 0.3
"""The same in other words."""
_BESIDE = 0.3
"""Least probability of a question that nothing answers from which on what is quoted may be beside the point."""
_FIRST_SECTION, _LATER_SECTIONS = 0.6, 0.4


class Talk(StrEnum):
    """Kinds of messages that ask for no article."""

    THANKS = "thanks"
    GREETING = "greeting"
    WORRY = "worry"
    ABOUT_APP = "about_app"
    OUT_OF_SCOPE = "out_of_scope"
    INSTRUCTION = "instruction"
    TELLS = "tells"


def talk_in(findings: FreeTextFindings, topics: Sequence[Topic], *, names_condition: bool = False) -> Talk | None:
    """The kind of message, None for a question; without the word reader, telling something new is the only kind.

    An order to the system is one only where the phrases hear it too: nonsense sounds like it. A message that names a
    condition and tells nothing else asks about it, and its article is quoted, at worst with a warning. Words that speak
    of no child's health are out of scope sooner.
    """
    tells = bool(findings.symptoms or findings.body_sites or findings.temperature_c is not None)
    if findings.asks is None:
        return Talk.TELLS if tells and not topics else None
    sure, unanswered = (_SURE, _UNANSWERED) if findings.accepted else (_SURE_ELSEWHERE, _UNANSWERED_ELSEWHERE)
    name = max(findings.asks, key=findings.asks.__getitem__)
    if name == Talk.OUT_OF_SCOPE or name not in set(Talk) or findings.asks[name] < sure:
        is_far = findings.asks.get(Talk.OUT_OF_SCOPE, 0.0) >= unanswered and not names_condition
        return Talk.OUT_OF_SCOPE if is_far else None
    if name == Talk.TELLS and names_condition and not tells:
        return None
    is_order = name == Talk.INSTRUCTION and findings.reason != "instruction"
    return Talk.OUT_OF_SCOPE if is_order else Talk(name)


def asks_for(findings: FreeTextFindings, topics: Sequence[Topic]) -> Mapping[str, float]:
    """Section or general article → probability that it is asked for, given that something answers.

    By phrases without the word reader.
    """
    if findings.asks is not None:
        asked = {name: share for name, share in findings.asks.items() if name != Talk.OUT_OF_SCOPE}
        whole = sum(asked.values()) or 1.0
        return {name: share / whole for name, share in asked.items()}
    first, *later = topics[0].sections if topics else ("",)
    return {name: _LATER_SECTIONS / len(later) for name in later} | ({first: _FIRST_SECTION} if first else {})


def is_beside(findings: FreeTextFindings) -> bool:
    """Whether a question sounds like one that no article answers: what is quoted all the same may be beside it."""
    return (findings.asks or {}).get(Talk.OUT_OF_SCOPE, 0.0) >= _BESIDE


def small_talk(talk: Talk, lang: Lang) -> str:
    """What is said to a message that asks for nothing; empty for kinds that get more than that."""
    said = {
        Talk.THANKS: translate(
            lang, "You're welcome. I hope your child feels better soon. Write again any time something changes."
        ),
        Talk.GREETING: translate(lang, "Hello. Tell me what worries you most about your child, or ask me anything."),
        Talk.WORRY: translate(lang, "It is hard when your child is unwell, and it is natural to worry."),
        Talk.ABOUT_APP: translate(
            lang,
            "I am a program, not a doctor: I look up sourced texts and cannot diagnose. "
            "If you are worried, please see a doctor.",
        ),
        Talk.INSTRUCTION: translate(
            lang, "I cannot do that. How soon to act follows written rules, and words cannot change it."
        ),
    }
    return f"{said[talk]}\n\n" if talk in said else ""

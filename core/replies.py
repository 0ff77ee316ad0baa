"""Answers to follow-ups, composed of quoted sentences and fixed templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.citations import Citations, bullets, choose_sentences, quotes
from core.composer import AssessmentParts, leading, photo_note
from core.countries import Country
from core.messages import translate
from core.topics import Topic, fold
from core.types import Lang, Passage, Urgency, UrgencyDecision


def compose_raised(decision: UrgencyDecision, cited: Citations) -> str:
    """What a follow-up begins with when it made the case more urgent."""
    lines = [f"{rule.reason} {cited.mark(rule.source)}".rstrip() for rule in decision.rules[:2]]
    lead = translate(cited.lang, "What you just wrote changes how soon to act:")
    return f"{lead} **{decision.next_step}**\n\n" + bullets(dict.fromkeys(lines))


def compose_update(parts: AssessmentParts, cited: Citations) -> str:
    """What fits best now that the parent has told more."""
    best = cited.knowledge.conditions[parts.ranked[0].id].names[parts.lang]
    lines = [line for name in leading(parts)[:1] for line in _advice(parts, cited, name)]
    text = translate(parts.lang, "With what you have told us so far, this fits best: {name}.", name=best)
    return f"{text}\n\n" + bullets(lines)


def _advice(parts: AssessmentParts, cited: Citations, name: str) -> list[str]:
    section = "call_119" if parts.decision.urgency is Urgency.EMERGENCY else "see_doctor"
    return quotes(cited.knowledge.conditions[name], section, cited, 3)


def compose_photo_reply(parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    """What a photo sent in the conversation adds."""
    yield from photo_note(parts)
    if parts.vision and parts.vision.has_hint:
        yield compose_update(parts, cited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of a message."""

    text: str
    """The parent's words."""
    tells: bool
    """True when it tells something new instead of asking."""
    passages: tuple[Passage, ...]
    """What may answer it, best first."""


def compose_answers(asked: Sequence[Asked], parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    """An answer to each question in turn, from its passages."""
    for item in asked:
        if len(asked) > 1:
            yield compose_part_heading(item.text, parts.lang)
        if item.tells:
            yield compose_update(parts, cited)
            continue
        lines = choose_sentences(item.text, item.passages, cited) or _said_again(item, cited)
        yield bullets(lines) if lines else unanswered(cited.place, parts.lang)


def _said_again(item: Asked, cited: Citations) -> list[str]:
    """The answer once more, when all of it was already said in this conversation."""
    cited.said.clear()
    return choose_sentences(item.text, item.passages, cited)


def compose_part_heading(part: str, lang: Lang) -> str:
    """Which of several questions is answered next, in the parent's words."""
    return translate(lang, 'About your question "{question}":', question=as_words(part)) + "\n\n"


def as_words(text: str) -> str:
    """A parent's words with every Markdown and HTML sign made harmless."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$:&-])", r"\\\1", " ".join(text.split())[:120])


def unanswered(place: Country, lang: Lang) -> str:
    """What is said when no sourced sentence fits, with what to do instead."""
    sorry = translate(lang, "I don't have a sourced answer to that.")
    ask = translate(lang, "Please ask your paediatrician.")
    return f"{sorry} {ask} {place.say('{ask}', lang)}\n\n"


def suggestions(topics: Sequence[Topic], asked: Iterable[str], urgency: Urgency, lang: Lang) -> tuple[str, ...]:
    """Up to four follow-up questions that were not asked yet, the pressing ones first."""
    first = (
        ("see_doctor", "doctor_will") if urgency.rank >= Urgency.URGENT_SAME_DAY.rank else ("home_care", "see_doctor")
    )
    order = sorted(topics, key=lambda topic: (topic.id not in first, topics.index(topic)))
    done = {fold(text) for text in asked}
    return tuple(topic.chips[lang] for topic in order if fold(topic.chips[lang]) not in done)[:4]

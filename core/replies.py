"""Answers to follow-ups, composed of quoted sentences and fixed templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.citations import Citations, bullets, pick_sentences, quotes
from core.composer import AssessmentParts, leading, photo_note, while_waiting
from core.countries import Country
from core.messages import translate
from core.sentence_search import FoundSentence
from core.talk import Talk, small_talk
from core.topics import conditions_in
from core.types import Lang, Passage, Urgency, UrgencyDecision

_MOST, _MOST_OF_SEVERAL, _MOST_ON_THE_WAY = 6, 4, 3
_ON_THE_WAY = frozenset({"call_119", "see_doctor"})


def compose_raised(decision: UrgencyDecision, before: Urgency, cited: Citations) -> str:
    """What an answer begins with when it is more urgent than the parent was told so far.

    Args:
        decision: how soon to act now.
        before: the urgency of all that was told before this message.
        cited: collects what is quoted.
    """
    lines = [f"{rule.reason} {cited.mark(rule.source)}".rstrip() for rule in decision.rules[:2]]
    if decision.urgency.rank > before.rank:
        lead = translate(cited.lang, "What you just sent changes how soon to act:")
    else:
        lead = translate(cited.lang, "From what you told us, this comes first:")
    return f"{lead} **{decision.next_step}**\n\n" + bullets(dict.fromkeys(lines))


def compose_update(parts: AssessmentParts, cited: Citations) -> str:
    """What fits best now that the parent has told more; what to tell when that is still nothing."""
    if not parts.is_narrowed:
        return translate(parts.lang, "Tell us where it is and how it looks, and we can narrow it down.") + "\n\n"
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
    talk: Talk | None = None
    """What kind of message it is when it asks nothing."""
    sentences: tuple[FoundSentence, ...] = ()
    """What may answer it, best first; empty when nothing comes close."""
    is_beside: bool = False
    """True when they may well be beside the point, which is then said."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Passages of the best sentences, each once, best first."""
        return tuple({item.passage.id: item.passage for item in self.sentences[:_MOST]}.values())


def compose_answers(asked: Sequence[Asked], parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    """An answer to each question in turn, from its passages."""
    for item in asked:
        if len(asked) > 1:
            yield compose_part_heading(item.text, parts.lang)
        yield from _answer(item, parts, cited, _MOST if len(asked) == 1 else _MOST_OF_SEVERAL)


def _answer(item: Asked, parts: AssessmentParts, cited: Citations, most: int) -> Iterator[str]:
    if item.talk is Talk.TELLS:
        yield compose_update(parts, cited)
        return
    if item.talk is not None:
        yield small_talk(item.talk, parts.lang)
    if item.talk is Talk.WORRY:
        yield bullets([line for name in leading(parts)[:1] for line in _advice(parts, cited, name)])
    if item.talk is None or item.talk is Talk.OUT_OF_SCOPE:
        lines = _of_each(item, cited, most) or pick_sentences(item.sentences, cited, most)
        lines = lines or _said_again(item, cited, most)
        if lines and item.is_beside:
            yield beside_the_point(parts.lang) + "\n\n"
        yield bullets(lines) if lines else unanswered(cited.place, parts.lang)


def _of_each(item: Asked, cited: Citations, most: int) -> list[str]:
    """Sentences on each of two conditions that a question names: a comparison needs both; empty when it names none."""
    names = conditions_in(item.text, cited.knowledge.conditions.values())[:2]
    found = [[one for one in item.sentences if one.passage.condition == name] for name in names]
    if len(names) < 2 or not all(found):  # noqa: PLR2004 (a pair)
        return []
    return [line for sentences in found for line in pick_sentences(sentences, cited, most // 2)]


def _said_again(item: Asked, cited: Citations, most: int) -> list[str]:
    """The answer once more, when all of it was already said in this conversation."""
    cited.said.clear()
    return pick_sentences(item.sentences, cited, most)


def compose_until_help(asked: Sequence[Asked], parts: AssessmentParts, cited: Citations) -> Iterator[str]:
    """What follows when a message made it an emergency: what to do on the way, and nothing to be busy with at home."""
    yield from while_waiting(parts, cited)
    for item in asked:
        urgent = [one for one in item.sentences if one.passage.section in _ON_THE_WAY]
        yield bullets(pick_sentences(urgent, cited, _MOST_ON_THE_WAY))
    yield translate(parts.lang, "Please do this first. Once help is on the way, ask me again.") + "\n\n"


def compose_part_heading(part: str, lang: Lang) -> str:
    """Which of several questions is answered next, in the parent's words."""
    return translate(lang, 'About your question "{question}":', question=as_words(part)) + "\n\n"


def as_words(text: str) -> str:
    """A parent's words with every Markdown and HTML sign made harmless."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$:&-])", r"\\\1", " ".join(text.split())[:120])


def beside_the_point(lang: Lang) -> str:
    """What is said before sentences that may not answer the question."""
    return translate(lang, "I may not have a sourced answer to exactly that. This comes closest:")


def unanswered(place: Country, lang: Lang) -> str:
    """What is said when no sourced sentence fits, with what to do instead."""
    sorry = translate(lang, "I don't have a sourced answer to that.")
    ask = translate(lang, "Please ask your paediatrician.")
    return f"{sorry} {ask} {place.say('{ask}', lang)}\n\n"

"""Which follow-up questions are offered: those that fit this child now and that sourced sentences can answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from core.citations import Citations
from core.composer import MAY_FIT
from core.conversation import parent_texts, spoken_of
from core.knowledge import Condition, KnowledgeBase
from core.messages import translate
from core.ranking import likely
from core.topics import Topic, conditions_in, fold, split_questions, topics_in
from core.types import Assessment, Case, Question, Role, Turn, Urgency

MOST = 4
NURSERY_FROM_MONTHS = 6
"""Below this age hardly a child goes to one; a judgement."""
_CALM = ("home_care", "course", "medicine", "contagion", "nursery", "see_doctor", "causes", "looks", "doctor_will")
_TODAY = ("see_doctor", "doctor_will", "medicine", "home_care", "contagion", "causes", "course", "looks", "nursery")
_NOW = ("see_doctor", "doctor_will", "looks", "causes", "contagion")
"""In an emergency nothing is offered that could keep a parent at home."""
_ORDERS: Mapping[Urgency, Sequence[str]] = {Urgency.URGENT_SAME_DAY: _TODAY, Urgency.EMERGENCY: _NOW}
_ABOUT_OTHERS = frozenset({"contagion", "nursery"})
_TELLING_APART = "looks"


def suggest_questions(
    topics: Sequence[Topic], knowledge: KnowledgeBase, assessment: Assessment, *, case: Case, turns: Sequence[Turn]
) -> tuple[str, ...]:
    """Up to four questions in the assessment's language, the most fitting first.

    None was asked before, each is read as it is meant, and each has a sourced sentence that was not said yet.

    Args:
        topics: what parents ask about any condition.
        knowledge: where the answers stand.
        assessment: what the conversation is about.
        case: what was told.
        turns: the conversation so far.
    """
    asker = _Asker(topics, knowledge, assessment, (case, turns))
    return tuple(islice(asker.questions(), MOST))


class _Asker:
    """One conversation, looked at for what could be asked next."""

    def __init__(
        self,
        topics: Sequence[Topic],
        knowledge: KnowledgeBase,
        assessment: Assessment,
        told: tuple[Case, Sequence[Turn]],
    ) -> None:
        self._topics = {topic.id: topic for topic in topics}
        self._knowledge = knowledge
        self._lang = assessment.lang
        self._assessment = assessment
        self._case, self._turns = told
        self._asked = {fold(text) for text in parent_texts(self._turns)}
        self._cited = Citations(knowledge, self._lang, self._case.country)
        said = [turn.text for turn in self._turns if turn.role is Role.ASSISTANT]
        self._said = "\n".join([assessment.text, *said])

    def questions(self) -> Iterator[str]:
        """Everything worth asking, the most fitting first."""
        names = [
            name for name in likely(self._assessment.conditions, MAY_FIT) if name in self._assessment.prediction_set
        ]
        apart = self._telling_apart(names[:2])
        is_emergency = self._assessment.decision.urgency is Urgency.EMERGENCY
        if apart is not None and not is_emergency:
            yield apart
        for topic in self._fitting():
            text = self._worded(topic, names)
            if text is not None:
                yield text
        if apart is not None and is_emergency:
            yield apart

    def _fitting(self) -> list[Topic]:
        """Topics that fit how soon to act, the child's age and the conditions, and that were not asked about."""
        done = {topic.id for text in parent_texts(self._turns) for topic in self._topics_of(text)}
        age = self._case.report.age_months
        if age is not None and age < NURSERY_FROM_MONTHS:
            done.add("nursery")
        first = self._knowledge.conditions.get(next(iter(self._assessment.prediction_set), ""))
        order = _ORDERS.get(self._assessment.decision.urgency, _CALM)
        if first is not None and not first.contagious:
            order = sorted(order, key=lambda name: name in _ABOUT_OTHERS)
        return [self._topics[name] for name in order if name in self._topics and name not in done]

    def _topics_of(self, text: str) -> Iterator[Topic]:
        for part in split_questions(text):
            yield from topics_in(part, self._topics.values())[:1]

    def _worded(self, topic: Topic, names: Sequence[str]) -> str | None:
        """The topic's question: about the first of several conditions by name, else as it is; None when no good one."""
        plain = topic.chips[self._lang]
        worded: list[tuple[str, Sequence[str]]] = [(plain, ())]
        if len(names) > 1:
            worded.insert(0, (f"{_short(self._knowledge.conditions[names[0]], self._cited)}: {plain}", names[:1]))
        return next((text for text, named in worded if self._is_good(text, topic, named)), None)

    def _telling_apart(self, names: Sequence[str]) -> str | None:
        """The question what tells the two most probable conditions apart, when both may well be."""
        if len(names) < 2 or _TELLING_APART not in self._topics:  # noqa: PLR2004 (a pair)
            return None
        first, other = (_short(self._knowledge.conditions[name], self._cited) for name in names)
        text = translate(self._lang, "{first} or {other}: what is the difference?", first=first, other=other)
        return text if self._is_good(text, self._topics[_TELLING_APART], names) else None

    def _is_good(self, text: str, topic: Topic, named: Sequence[str]) -> bool:
        """True when the text is new, is read as this topic about these conditions, and has something new to say."""
        read = topics_in(text, self._topics.values())[:1]
        about = conditions_in(text, self._knowledge.conditions.values())
        if fold(text) in self._asked or read != (topic,) or set(about) != set(named):
            return False
        return any(self._is_new(name, topic.sections) for name in self._about(text))

    def _about(self, text: str) -> Iterable[str]:
        """Conditions that an answer to the text would speak of."""
        question = Question(
            id=self._case.id,
            lang=self._lang,
            text=text,
            case=self._case,
            context_conditions=self._assessment.prediction_set,
            history=tuple(self._turns),
        )
        return spoken_of(text, question, self._knowledge, likely(self._assessment.conditions))[:2]

    def _is_new(self, condition: str, sections: Sequence[str]) -> bool:
        """True when some section holds a sourced sentence that was not said yet."""
        passages = self._knowledge.conditions[condition].passages[self._lang]
        sentences = (s for p in passages if p.section in sections for s in self._cited.open_sentences(p))
        return any(self._cited.place.say(sentence.text, self._lang) not in self._said for sentence in sentences)


def _short(condition: Condition, cited: Citations) -> str:
    """A condition's name without what stands in brackets."""
    return condition.names[cited.lang].split("(")[0].strip()

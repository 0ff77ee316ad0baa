"""The one use case: from what a parent told and showed to how soon to act, what fits, and answers to follow-ups."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from core.citations import Citations, quotes
from core.composer import AssessmentParts, ask_doubts, assessment_query, closing, compose_assessment, what_to_do
from core.conversation import level_so_far, said_before, spoken_of
from core.errors import CareError, LanguageModelFailed, ModelUnavailable
from core.evidence_map import evidence_png
from core.look_again import LookTable, compose_look_again
from core.messages import translate
from core.next_look import next_look
from core.photo import small_data_uri
from core.photo_reading import Classifier, measured, measured_anew
from core.photo_types import LesionPhoto, VisionResult
from core.prompts import Brief, assessment_brief, reply_brief
from core.ranking import (
    COVERAGE,
    department_shares,
    describes,
    likely,
    prediction_set,
    reasons_to_widen,
)
from core.replies import Asked, compose_answers, compose_photo_reply, compose_raised, compose_until_help
from core.retrieval import TOP, PassageQuery, RetrievedPassage
from core.return_visit import AskAgain, Before, Now, Returned, ask_again, come_back
from core.sentence_search import SentenceIndex, SentenceQuery
from core.suggestions import suggest_questions
from core.support import SupportCheck
from core.talk import asks_for, is_beside, talk_in
from core.topics import Topic, conditions_in, split_questions, topics_in
from core.trace import Trace
from core.triage import Picture, Screening, Triage, taken_back
from core.types import Assessment, Case, Lang, Passage, Question, Reply, Role, Turn, Urgency, UrgencyDecision

_log = logging.getLogger(__name__)


class Writer(Protocol):
    """Something that writes an answer from passages."""

    def stream_reply(self, brief: Brief, on_drop: Callable[[str], None] | None = None) -> Iterator[str]:
        """Checked sentences, `[n]` naming a passage of the brief; raises LanguageModelFailed, also part-way."""
        ...

    def find_signs(self, words: str, signs: Mapping[str, str], visit: str = "") -> tuple[str, ...]:
        """Names of the signs, of those given with their meaning, that words tell of; raises LanguageModelFailed."""
        ...


class Retriever(Protocol):
    """Something that finds passages of the knowledge base."""

    dropped: tuple[str, ...]
    """What it did without in the last query."""

    def retrieve_passages(self, query: PassageQuery) -> tuple[RetrievedPassage, ...]:
        """The best passages, best first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an assistant is made of."""

    triage: Triage
    """Decides how soon to act and ranks conditions."""
    topics: tuple[Topic, ...]
    """What parents ask afterwards."""
    look_table: LookTable
    """When to look again."""
    retriever: Retriever
    """Finds passages."""
    sentences: SentenceIndex
    """Finds sentences within articles."""
    classifier: Classifier
    """Looks at photos."""
    writer: Writer | None
    """Writes from passages; None when no language model is configured."""
    support: SupportCheck
    """Says whether a sentence rests on passages."""
    clock: Callable[[], float]
    """Seconds, monotonic."""


class Assistant:
    """Assesses cases and answers follow-ups; holds no case itself, so one serves every visit."""

    def __init__(self, parts: Parts) -> None:
        """Takes the parts as they are; slow ones load themselves at first use."""
        self._parts = parts
        self._triage = parts.triage
        self.support = parts.support
        self.knowledge = parts.triage.knowledge

    def assess(
        self, case: Case, turns: Sequence[Turn] = (), floor: Urgency = Urgency.SELF_CARE
    ) -> Iterator[UrgencyDecision | str | Assessment]:
        """The urgency at once, then the text in Markdown blocks, then the whole assessment.

        A second, more urgent decision may come before the text when the language model or the photo raised it. At a
        return, the parent's messages so far count too, and a level that is held is the floor.
        """
        trace = self._trace()
        with trace.step("urgency"):
            picture = self._triage.judge(case, self._triage.read_all(case, turns), floor=floor)
        trace.dropped += picture.findings.dropped
        yield picture.decision
        before, picture = picture, self._read_by_model(case, picture, case.report.free_text, trace)
        picture, vision = self._seen(case, picture, trace)
        if picture.decision.urgency is not before.decision.urgency:
            yield picture.decision
        parts = self._composition(case, picture, vision, measured(case, vision))
        look = next_look(case, picture, parts, (self._parts.look_table, self._triage))
        yield from self._composed(case, replace(parts, look=look), trace)

    def answer(self, question: Question) -> Iterator[UrgencyDecision | str | Reply]:
        """The urgency after reading this message too, then the answer in Markdown blocks, then the whole reply."""
        trace = self._trace()
        with trace.step("urgency"):
            said = (*question.history, Turn(role=Role.PARENT, text=question.text))
            findings = self._triage.read_all(question.case, said)
            picture = self._triage.judge(question.case, findings, floor=question.floor)
        trace.dropped += findings.dropped
        yield picture.decision
        before, picture = picture, self._read_by_model(question.case, picture, question.text, trace)
        picture, vision = self._seen(question.case, picture, trace) if question.has_new_photo else (picture, None)
        if picture.decision.urgency is not before.decision.urgency:
            yield picture.decision
        cited, text = Citations(self.knowledge, question.lang, question.case.country), []
        with trace.step("text"):
            for block in self._reply_text(question, (picture, vision), cited, trace):
                text.append(block)
                yield block
        yield Reply(
            text="".join(text),
            answered=bool(cited.passages),
            passages=tuple(cited.passages.values()),
            decision=picture.decision,
            dropped=tuple(trace.dropped),
            timings_ms=trace.finish(),
        )

    def suggestions(self, assessment: Assessment, case: Case, turns: Sequence[Turn]) -> tuple[str, ...]:
        """Up to four follow-up questions in the assessment's language that sources answer and nobody asked yet."""
        return suggest_questions(self._parts.topics, self.knowledge, assessment, case=case, turns=turns)

    def screen(self, case: Case, turns: Sequence[Turn] = ()) -> Screening:
        """How soon to act by what is told so far, what was understood from words, and what to ask next."""
        return self._triage.screen(case, turns)

    def ask_again(self, case: Case, turns: Sequence[Turn] = ()) -> AskAgain:
        """What to ask a parent who comes back."""
        return ask_again(case, turns, self._triage)

    def come_back(self, case: Case, turns: Sequence[Turn], then: Before, now: Now) -> Returned:
        """What holds at a return, and the level that it may not go below."""
        return come_back(case, turns, (then, now), self._triage)

    def glass_test(self, case: Case) -> tuple[tuple[str, ...], str]:
        """How to do the glass test: sourced sentences with their marks, and the numbered sources as Markdown.

        Both are empty when the knowledge base has no article on it.
        """
        cited = Citations(self.knowledge, case.lang, case.country)
        article = self.knowledge.general.get("glass_test")
        sections = ("home_care", "looks", "do_not") if article else ()
        steps = [line for section in sections for line in quotes(article, section, cited, 4)] if article else []
        return tuple(steps), cited.source_list()

    def find_passages(self, text: str, lang: Lang, count: int = TOP) -> tuple[RetrievedPassage, ...]:
        """The passages that answer a bare sentence best, best first."""
        weights = describes(self._triage.read(text))
        query = PassageQuery(text=text, lang=lang, count=count, weights=weights)
        return self._parts.retriever.retrieve_passages(query)

    def evidence_map(self, photo: LesionPhoto, vision: VisionResult) -> bytes | None:
        """The photo as PNG, lit where the photo model looked for its first condition; None when there is no map."""
        return evidence_png(photo, vision, self._parts.classifier, self.knowledge.conditions)

    def warm_up(self) -> None:
        """Loads what loads slowly, by using it once; what cannot be loaded is left for its own use to report."""
        with suppress(CareError):
            self._parts.classifier.load()
        with suppress(CareError):
            self._parts.retriever.retrieve_passages(PassageQuery(text="발진", lang=Lang.KO))
        self._triage.read("발진")

    def _trace(self) -> Trace:
        return Trace(self._parts.clock, self._parts.clock())

    def _read_by_model(self, case: Case, picture: Picture, words: str, trace: Trace) -> Picture:
        """The picture with the danger that the language model finds in words besides; it can only raise."""
        if self._parts.writer is None or not words.strip() or picture.decision.urgency is Urgency.EMERGENCY:
            return picture
        try:
            with trace.step("reading"):
                signs = self._parts.writer.find_signs(words, self._triage.sign_meanings(), case.id)
        except LanguageModelFailed as error:
            _log.warning("the language model did not read the words", exc_info=error)
            trace.drop(f"language_model_reading:{error.code}")
            trace.is_writer_down = True
            return picture
        denied = taken_back(case, 0) if words == case.report.free_text else frozenset[str]()
        return self._triage.judge_with_signs(case, picture, [name for name in signs if name not in denied])

    def _seen(self, case: Case, picture: Picture, trace: Trace) -> tuple[Picture, VisionResult | None]:
        """The picture with what the photos hint at, never less urgent, and what the photo model says."""
        with trace.step("photo"):
            vision = self._look(case.photos, trace)
        if vision is None or not vision.has_hint:
            return picture, vision
        return self._triage.judge(case, picture.findings, vision, picture.decision.urgency), vision

    def _look(self, photos: Sequence[LesionPhoto], trace: Trace) -> VisionResult | None:
        """What the photo model says; None without a photo or without a working model."""
        if not photos:
            return None
        try:
            return self._parts.classifier.classify(photos)
        except ModelUnavailable as error:
            _log.warning("photo model unavailable", exc_info=error)
            trace.drop(f"photo:{error.code}")
            return None

    def _retrieve(self, query: PassageQuery, trace: Trace) -> tuple[Passage, ...]:
        """The passages that come close enough to the query to be worth quoting, best first."""
        found = self._parts.retriever.retrieve_passages(query)
        for part in self._parts.retriever.dropped:
            trace.drop(part)
        return tuple(item.passage for item in found if item.is_close or query.sections)

    def _composition(self, case: Case, picture: Picture, vision: VisionResult | None, measures: str) -> AssessmentParts:
        return AssessmentParts(
            lang=case.lang,
            told=picture.told,
            findings=picture.findings,
            words=case.report.free_text if picture.findings.reason is None else "",
            decision=picture.decision,
            severity=picture.severity,
            ranked=picture.ranked,
            prediction_set=prediction_set(picture.ranked, reasons=reasons_to_widen(picture.told, vision)),
            departments=department_shares(picture.ranked, self.knowledge.conditions, picture.decision.urgency),
            vision=vision,
            has_photo=bool(case.photos),
            doubts=picture.doubts,
            measured=measures,
        )

    def _composed(self, case: Case, parts: AssessmentParts, trace: Trace) -> Iterator[str | Assessment]:
        """The text block by block, then the whole assessment."""
        with trace.step("retrieval"):
            retrieved = self._retrieve(assessment_query(parts, self.knowledge), trace)
        cited, text = Citations(self.knowledge, parts.lang, case.country), []
        with trace.step("text"):
            for block in self._assessment_text(case, parts, retrieved, (cited, trace)):
                text.append(block)
                yield block
        yield Assessment(
            id=case.id,
            lang=parts.lang,
            decision=parts.decision,
            severity=parts.severity,
            conditions=parts.ranked,
            prediction_set=parts.prediction_set,
            departments=parts.departments,
            coverage=COVERAGE,
            findings=parts.findings,
            vision=parts.vision,
            passages=tuple({p.id: p for p in (*retrieved, *cited.passages.values())}.values()),
            text="".join(text),
            look_again=parts.look,
            dropped=tuple(trace.dropped),
            timings_ms=trace.finish(),
        )

    def _assessment_text(
        self, case: Case, parts: AssessmentParts, retrieved: Sequence[Passage], kept: tuple[Citations, Trace]
    ) -> Iterator[str]:
        """The language model's words between how soon to act and the sources, or the composer's."""
        cited, trace = kept
        if self._parts.writer is not None and retrieved:
            yield from what_to_do(parts, cited)
            brief = replace(
                assessment_brief(parts, retrieved, self.knowledge, case.report),
                photo_uri=_newest_photo(case),
                visit=case.id,
            )
            try:
                yield from self._written(brief, cited, trace)
            except LanguageModelFailed as error:
                yield self._stands_in(error, case.lang, trace)
            else:
                if parts.look:
                    yield from compose_look_again(parts.look, cited)
                yield from closing(cited)
                return
        yield from compose_assessment(parts, cited, retrieved)

    def _written(self, brief: Brief, cited: Citations, trace: Trace) -> Iterator[str]:
        """The language model's sentences, their passage numbers turned into the numbers of sources."""
        if trace.is_writer_down:
            raise LanguageModelFailed("it did not read the words")
        brief = replace(brief, waited_s=trace.seconds("reading"))
        for sentence in self._parts.writer.stream_reply(brief, trace.drop) if self._parts.writer else ():
            yield f"{cited.place.say(cited.renumber(sentence, brief.passages), cited.lang)} "
        yield "\n\n"

    def _stands_in(self, error: LanguageModelFailed, lang: Lang, trace: Trace) -> str:
        """What is said when the composer takes over from the language model."""
        _log.warning("language model failed", exc_info=error)
        trace.drop(f"language_model:{error.code}")
        return f"\n\n_{translate(lang, error.user_message)}_\n\n"

    def _reply_text(
        self, question: Question, known: tuple[Picture, VisionResult | None], cited: Citations, trace: Trace
    ) -> Iterator[str]:
        """What rose, what a new photo adds, then the answers, then the sources."""
        picture, vision = known
        is_emergency = picture.decision.urgency is Urgency.EMERGENCY
        is_reason = picture.facts.is_told or picture.decision.rules
        is_raised = is_reason and picture.decision.urgency.rank > level_so_far(question).rank
        if is_raised:
            earlier = self._triage.read_all(question.case, question.history)
            before = self._triage.judge(question.case, earlier).decision.urgency
            yield compose_raised(picture.decision, before, cited)
        elif is_emergency:
            yield f"**{picture.decision.next_step}**\n\n"
        parts = self._composition(question.case, picture, vision, measured_anew(question, vision))
        asked = tuple(self._asked(part, question, picture, trace) for part in split_questions(question.text))
        suspected = self._triage.read(question.text).suspected
        yield from ask_doubts((name for name in parts.doubts if name in suspected), cited)
        if is_raised and is_emergency:
            yield from compose_until_help(asked, parts, cited)
        else:
            if question.has_new_photo:
                yield from compose_photo_reply(parts, cited)
            yield from self._answers(question, (asked, parts), cited, trace)
        yield from closing(cited)

    def _answers(
        self, question: Question, known: tuple[Sequence[Asked], AssessmentParts], cited: Citations, trace: Trace
    ) -> Iterator[str]:
        """The language model's answer, or the composer's."""
        asked, parts = known
        passages = tuple({passage.id: passage for item in asked for passage in item.passages}.values())
        if self._parts.writer is not None and passages:
            brief = assessment_brief(parts, passages, self.knowledge, question.case.report)
            brief = replace(brief, photo_uri=_newest_photo(question.case) if question.has_new_photo else None)
            try:
                yield from self._written(reply_brief(brief, question), cited, trace)
            except LanguageModelFailed as error:
                yield self._stands_in(error, question.lang, trace)
            else:
                return
        cited.said |= said_before(question, self.knowledge)
        yield from compose_answers(asked, parts, cited)

    def _asked(self, part: str, question: Question, picture: Picture, trace: Trace) -> Asked:
        """One question with the passages that may answer it."""
        names_one = bool(conditions_in(part, self.knowledge.conditions.values()))
        heard = part.rpartition(": ")[2] if names_one else part  # a chip has the name before its question
        topics, new = topics_in(part, self._parts.topics), self._triage.read(heard)
        talk = talk_in(new, topics, names_condition=names_one)
        if talk is not None:
            return Asked(text=part, talk=talk)
        about = spoken_of(part, question, self.knowledge, likely(picture.ranked))[:2]
        medicines = (self.knowledge.vocabulary.label(name, question.lang) for name in new.medicines)
        words = " ".join([part, *medicines])  # articles name no brands
        query = PassageQuery(
            text=words,
            lang=question.lang,
            conditions=about,
            sections=topics[0].sections if topics else (),
            is_restricted=True,
            weights=describes(new),
            also=tuple(self.knowledge.general),
        )
        if not self._retrieve(query, trace):
            return Asked(text=part)
        asks = asks_for(new, topics)
        found = self._parts.sentences.find_sentences(
            SentenceQuery(text=words, lang=question.lang, conditions=about, asks=asks)
        )
        return Asked(text=part, sentences=found, is_beside=is_beside(new))


def _newest_photo(case: Case) -> str | None:
    """The newest photo as a small data URI, None without one."""
    return small_data_uri(case.photos[-1]) if case.photos else None

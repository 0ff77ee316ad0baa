"""How soon to act and what fits, from all that is known of a child: no photo model, no language model, no waiting."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from core.conversation import merge_findings, parent_texts
from core.corrections import FoundFact, apply_corrections, found_facts
from core.errors import ModelUnavailable
from core.facts import FEVER_C, Facts, gather_facts
from core.free_text import COUNTED, MAX_CHARACTERS, Phrases, is_elsewhere, read_free_text
from core.knowledge import KnowledgeBase
from core.photo_types import VisionResult
from core.ranking import NEARLY_SURE, Told, gather_told, likely, rank_conditions, urgency_floor
from core.red_flags import RedFlags, decide_urgency
from core.screening import danger_questions, next_symptom, open_doubts
from core.types import Case, FreeTextFindings, Lang, RankedCondition, Severity, Turn, Urgency, UrgencyDecision
from core.vocabulary import DangerSign
from core.word_reader import WordReading, sentences

_WORSE = frozenset({"fever", "skin_pain", "poor_sleep_itch", "rapidly_worsening", "whole_body"})
_MOST_TOLD = 8
"""Sentences with danger beyond which nobody looks whether it is a film's."""
_CLAUSE_END = re.compile(r"[,…]|\.{2,}|[ㅠㅜ]+|\s{2,}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is known of the child at one moment, and what follows from it."""

    findings: FreeTextFindings
    """What the words said, without what the parent corrected."""
    told: Told
    """Form and words together."""
    facts: Facts
    """The same as rules see it."""
    ranked: tuple[RankedCondition, ...]
    """All conditions, the most probable first."""
    decision: UrgencyDecision
    """How soon to act."""
    doubts: tuple[str, ...] = ()
    """Symptom and danger-sign ids that the words may mean and that would make it more urgent: to be asked first."""

    @property
    def severity(self) -> Severity:
        """Severe in an emergency; moderate on the same day or with fever, pain, lost sleep or a rash all over."""
        if self.decision.urgency is Urgency.EMERGENCY:
            return Severity.SEVERE
        told = {*self.told.symptoms, *self.told.body_sites}
        is_worse = self.decision.urgency is Urgency.URGENT_SAME_DAY or told & _WORSE
        return Severity.MODERATE if is_worse else Severity.MILD


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What to show and to ask while the parent is still telling."""

    decision: UrgencyDecision
    """How soon to act by what is told so far."""
    is_accepted: bool
    """False when there are no words, or they do not speak of a child's health."""
    found: tuple[FoundFact, ...]
    """What the words said, also what was taken back, danger first."""
    texts: tuple[str, ...]
    """The parent's texts so far, the form's words first: what a correction made now is about."""
    questions: tuple[DangerSign, ...]
    """Danger-sign questions that matter now, and those already answered."""
    next_symptom: str | None
    """The symptom to ask about, None when no answer would help much."""
    doubts: tuple[str, ...] = ()
    """What the words may mean and would make it more urgent; among the questions, or the next symptom, too."""


class Reader(Protocol):
    """Something that reads words where phrases do not reach."""

    def read_words(self, text: str, denied: Collection[str] = ()) -> WordReading:
        """Danger and what it sounds like; raises ModelUnavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """Judges cases; holds none itself."""

    knowledge: KnowledgeBase
    """Articles, vocabulary and sources."""
    rules: RedFlags
    """The rules that decide how soon to act."""
    phrases: Phrases
    """How parents say it."""
    reader: Reader | None = None
    """Reads words where the phrases do not reach; None does without."""

    def read(self, text: str, age_months: float | None = None) -> FreeTextFindings:
        """What one text says of a child whose age was told elsewhere, None when it was not."""
        said = read_free_text(text, self.phrases, self.knowledge.vocabulary, age_months=age_months)
        return self._read_on(text, said)

    def read_all(self, case: Case, turns: Sequence[Turn] = ()) -> FreeTextFindings:
        """What the form's words and every message of the parent say together.

        A danger sign once told stays told, unless the parent takes it back; told again after that, it counts again.
        """
        return self._corrected(case, self._read_each(case, turns))

    def _read_each(self, case: Case, turns: Sequence[Turn]) -> list[tuple[int, FreeTextFindings]]:
        """Each text that holds something, by its place among the parent's texts, as typed."""
        age, texts = case.report.age_months, _texts(case, turns)
        return [(place, self.read(text, age)) for place, text in enumerate(texts) if text.strip()]

    def _corrected(self, case: Case, read: Sequence[tuple[int, FreeTextFindings]]) -> FreeTextFindings:
        """All findings together, each without what the parent says is not so in that text.

        The questions of the form are about the form's words: what a later message hints at is asked again.
        """
        answered = frozenset({*case.report.danger_signs, *case.report.denied, *case.report.unsure})
        kept = [
            apply_corrections(
                _settled(found, frozenset() if place else answered), taken_back(case, place), self.phrases
            )
            for place, found in read
        ]
        return merge_findings(kept) if kept else self.read("")

    def _read_on(self, text: str, found: FreeTextFindings) -> FreeTextFindings:
        """The findings with what the reader finds besides."""
        if self.reader is None or found.reason == "empty":
            return found
        try:
            reading = self.reader.read_words(text[:MAX_CHARACTERS], self._denied(found))
            is_surely = reading.is_surely_other_talk and _is_elsewhere(reading)
            is_beside = is_surely and self._is_danger_elsewhere(text, self.reader)
        except ModelUnavailable as error:
            _log.warning("words are read by phrases alone", exc_info=error)
            return replace(found, dropped=(f"word_reader:{error.code}",))
        signs = [name for name in reading.signs if name not in COUNTED or name not in found.denied]
        explained = [name for name in signs if _is_explained(name, found)]
        signs = [name for name in signs if name not in explained]
        read = replace(self._added(found, signs), asks=reading.asks, suspected=(*explained, *reading.suspected))
        if reading.is_other_talk and not signs:
            return self._set_aside(read, is_danger_elsewhere=is_beside)
        if reading.is_other_talk is False and read.reason == "not_a_symptom" and not read.is_notice:
            read = replace(read, accepted=True, reason=None)
        if reading.is_other_talk is False and read.reason == "instruction" and read.symptoms:
            read = replace(read, accepted=True)
        return replace(read, sounds_like=reading.conditions)

    def _denied(self, found: FreeTextFindings) -> frozenset[str]:
        """Ids that the words deny, those that would bring a denied one with them, and fever where none was measured."""
        denied = {*found.denied, *(["fever"] if (found.temperature_c or FEVER_C) < FEVER_C else ())}
        brings = [*self.phrases.implies.items()]
        brings += [(sign.id, sign.implies) for sign in self.knowledge.vocabulary.danger_signs.values()]
        return frozenset(denied | {name for name, more in brings if denied & set(more)})

    def _set_aside(self, found: FreeTextFindings, *, is_danger_elsewhere: bool) -> FreeTextFindings:
        """The findings of words that speak of something else; danger in them counts, or is asked about if elsewhere."""
        danger = tuple(name for name in found.symptoms if name in self.phrases.danger)
        counted, asked = ((), danger) if is_danger_elsewhere else (danger, ())
        aside = replace(found, accepted=False, reason=found.reason or "not_a_symptom", denied=(), body_sites=())
        return replace(aside, symptoms=counted, suspected=asked)

    def _is_danger_elsewhere(self, text: str, reader: Reader) -> bool:
        """Whether each sentence with danger names a film, a phone, a pet … and the reader agrees, clause by clause.

        Danger told of the child beside an advert or an order to the system stands in a sentence or clause of its own.
        """
        told = [part for part in sentences(text[:MAX_CHARACTERS]) if self._tells_danger(part)]
        if not 0 < len(told) <= _MOST_TOLD or not all(is_elsewhere(part, self.phrases) for part in told):
            return False
        clauses = [clause for part in told for clause in _CLAUSE_END.split(part) if self._tells_danger(clause)]
        return all(_is_elsewhere(reading) for reading in map(reader.read_words, clauses or told))

    def _tells_danger(self, text: str) -> bool:
        """Whether the phrases hear a danger sign."""
        return bool(self.phrases.danger & {*read_free_text(text, self.phrases, self.knowledge.vocabulary).symptoms})

    def _added(self, found: FreeTextFindings, signs: Collection[str]) -> FreeTextFindings:
        """The findings with more signs and what they imply; words that tell of danger are about a child's health."""
        more = [name for sign in signs for name in (sign, *self.phrases.implies.get(sign, ()))]
        symptoms = tuple(dict.fromkeys((*found.symptoms, *more)))
        return replace(
            found,
            accepted=found.accepted or bool(signs),
            reason=None if signs else found.reason,
            symptoms=symptoms,
            denied=tuple(name for name in found.denied if name not in symptoms),
        )

    def sign_meanings(self) -> Mapping[str, str]:
        """Ids of all danger that words can tell of, each with what it means in English."""
        return {name: self.knowledge.vocabulary.label(name, Lang.EN) for name in sorted(self.phrases.danger)}

    def judge_with_signs(self, case: Case, picture: Picture, signs: Collection[str]) -> Picture:
        """The picture with more signs; at least as urgent as before."""
        new = [name for name in signs if name not in picture.findings.symptoms]
        if not new:
            return picture
        return self.judge(case, self._added(picture.findings, new), floor=picture.decision.urgency)

    def judge(
        self,
        case: Case,
        findings: FreeTextFindings,
        vision: VisionResult | None = None,
        floor: Urgency = Urgency.SELF_CARE,
    ) -> Picture:
        """Ranking and urgency from what is known now; never below the floor."""
        told = gather_told(case.report, findings, self.knowledge)
        ranked = rank_conditions(told, vision, self.knowledge, case.lang)
        conditions, sure = ((), ()) if told.is_empty else (likely(ranked), likely(ranked, NEARLY_SURE))
        is_described = bool(told.sounds_like and conditions)
        facts = gather_facts(
            case.report, findings, self.knowledge.vocabulary, conditions, sure=sure, is_described=is_described
        )
        level = max(floor, urgency_floor(told, ranked, self.knowledge), key=lambda urgency: urgency.rank)
        place = self.knowledge.country(case.country, case.lang)
        decision = place.decide(decide_urgency(self.rules, facts, case.lang, level), case.lang)
        is_emergency = decision.urgency is Urgency.EMERGENCY
        suspected = () if is_emergency else findings.suspected
        doubts = open_doubts(self.rules, self.knowledge.vocabulary, facts, suspected=suspected)
        return Picture(findings=findings, told=told, facts=facts, ranked=ranked, decision=decision, doubts=doubts)

    def screen(self, case: Case, turns: Sequence[Turn] = ()) -> Screening:
        """What follows from what is told so far, and what to ask next."""
        read, vocabulary = self._read_each(case, turns), self.knowledge.vocabulary
        kept = self._corrected(case, read)
        picture = self.judge(case, kept)
        as_typed = merge_findings(found for _, found in read) if read else kept
        standing = {fact.id for fact in found_facts(kept, self.phrases, vocabulary, case.lang)}
        is_urgent = picture.decision.urgency is Urgency.EMERGENCY
        doubted = next((name for name in picture.doubts if name in vocabulary.symptoms), None)
        return Screening(
            decision=picture.decision,
            is_accepted=kept.accepted,
            found=tuple(
                replace(fact, is_taken_back=fact.id not in standing)
                for fact in found_facts(as_typed, self.phrases, vocabulary, case.lang)
            ),
            texts=_texts(case, turns),
            questions=danger_questions(self.rules, vocabulary, case.report, picture.facts, doubts=picture.doubts),
            next_symptom=None if is_urgent else doubted or self._telling_symptom(case, picture),
            doubts=picture.doubts,
        )

    def _telling_symptom(self, case: Case, picture: Picture) -> str | None:
        return next_symptom(picture.ranked, picture.told, self.knowledge, case.report)


def taken_back(case: Case, place: int) -> frozenset[str]:
    """Ids of what the parent says is not so in the text at this place among their texts, 0 for the form's words."""
    return frozenset(correction.fact for correction in case.report.corrected if place < correction.texts)


def _is_explained(sign: str, found: FreeTextFindings) -> bool:
    """Whether what the reader hears may be a leg spared for a sore joint, or shivering of a child who is awake."""
    if sign == "limb_weakness":
        return "joint_pain" in found.symptoms
    return sign == "fit" and "rigors" in found.symptoms and not {"seizure", "lethargic"}.isdisjoint(found.denied)


def _is_elsewhere(reading: WordReading) -> bool:
    """Whether the reader takes the words for talk of something else and hears no danger in them."""
    return bool(reading.is_other_talk) and reading.hears_no_danger and not reading.signs


def _settled(found: FreeTextFindings, answered: Collection[str]) -> FreeTextFindings:
    return replace(found, suspected=tuple(name for name in found.suspected if name not in answered))


def _texts(case: Case, turns: Sequence[Turn]) -> tuple[str, ...]:
    return (case.report.free_text, *parent_texts(turns))

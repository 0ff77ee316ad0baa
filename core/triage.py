"""How soon to act and what fits, from all that is known of a child: no photo model, no language model, no waiting."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from core.conversation import merge_findings, parent_texts
from core.corrections import FoundFact, apply_corrections, found_facts
from core.errors import ModelUnavailable
from core.facts import Facts, gather_facts
from core.free_text import MAX_CHARACTERS, Phrases, read_free_text
from core.knowledge import KnowledgeBase
from core.ranking import NEARLY_SURE, Told, gather_told, likely, rank_conditions, urgency_floor
from core.red_flags import RedFlags, decide_urgency
from core.screening import danger_questions, next_symptom
from core.types import (
    Case,
    FreeTextFindings,
    Lang,
    RankedCondition,
    Turn,
    Urgency,
    UrgencyDecision,
    VisionResult,
)
from core.vocabulary import DangerSign
from core.word_reader import WordReading

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What to show and to ask while the parent is still telling."""

    decision: UrgencyDecision
    """How soon to act by what is told so far."""
    is_accepted: bool
    """False when there are no words, or they do not speak of a child's health."""
    found: tuple[FoundFact, ...]
    """What the words said, also what was corrected, danger first."""
    questions: tuple[DangerSign, ...]
    """Danger-sign questions that matter now, and those already answered."""
    next_symptom: str | None
    """The symptom to ask about, None when no answer would help much."""


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

    def read(self, text: str, corrected: Collection[str] = ()) -> FreeTextFindings:
        """What one text says, without what the parent says is not so."""
        found = read_free_text(text, self.phrases, self.knowledge.vocabulary)
        return apply_corrections(self._read_on(text, found), corrected, self.phrases)

    def read_all(self, case: Case, turns: Sequence[Turn] = ()) -> FreeTextFindings:
        """What the form's words and every message of the parent say together.

        A danger sign once told stays told, unless the parent corrects it.
        """
        texts = [text for text in (case.report.free_text, *parent_texts(turns)) if text.strip()]
        findings = [self.read(text, case.report.corrected) for text in texts]
        return merge_findings(findings) if findings else self.read("")

    def _read_on(self, text: str, found: FreeTextFindings) -> FreeTextFindings:
        """The findings with what the reader finds besides."""
        if self.reader is None or found.reason == "empty":
            return found
        denied = set(found.denied)
        denied |= {name for name, more in self.phrases.implies.items() if denied & set(more)}
        try:
            reading = self.reader.read_words(text[:MAX_CHARACTERS], denied)
        except ModelUnavailable as error:
            _log.warning("words are read by phrases alone", exc_info=error)
            return replace(found, dropped=(f"word_reader:{error.code}",))
        return replace(self._added(found, reading.signs), sounds_like=reading.conditions)

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
        """The picture with more signs, but for what the parent says is not so; at least as urgent as before."""
        new = [name for name in signs if name not in (*picture.findings.symptoms, *case.report.corrected)]
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
        facts = gather_facts(case.report, findings, self.knowledge.vocabulary, conditions, sure=sure)
        level = max(floor, urgency_floor(told, ranked, self.knowledge), key=lambda urgency: urgency.rank)
        place = self.knowledge.country(case.country, case.lang)
        decision = place.decide(decide_urgency(self.rules, facts, case.lang, level), case.lang)
        return Picture(findings=findings, told=told, facts=facts, ranked=ranked, decision=decision)

    def screen(self, case: Case, turns: Sequence[Turn] = ()) -> Screening:
        """What follows from what is told so far, and what to ask next."""
        picture = self.judge(case, self.read_all(case, turns))
        vocabulary = self.knowledge.vocabulary
        asked = danger_questions(self.rules, vocabulary, case.report, picture.facts)
        is_urgent = picture.decision.urgency is Urgency.EMERGENCY
        as_typed = self.read_all(replace(case, report=replace(case.report, corrected=())), turns)
        return Screening(
            decision=picture.decision,
            is_accepted=picture.findings.accepted,
            found=found_facts(as_typed, self.phrases, vocabulary, case.lang),
            questions=asked,
            next_symptom=None if is_urgent else next_symptom(picture.ranked, picture.told, self.knowledge, case.report),
        )

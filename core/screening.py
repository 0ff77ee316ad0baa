"""What to ask next: danger first, as long as an answer can change how soon to act, then what tells conditions apart."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from core.facts import Facts
from core.knowledge import Condition, KnowledgeBase
from core.ranking import Told, symptom_likelihood
from core.red_flags import ALWAYS, UNTOLD, RedFlags, decide_urgency
from core.types import Lang, RankedCondition, SymptomReport, Urgency
from core.vocabulary import DangerSign, Vocabulary

_WORTH_ASKING = 0.05
"""Bits of uncertainty about the condition that a question must take away to be asked; a judgement."""
_CONSIDERED = 8
_MOST_DOUBTS = 3
_NOT_ASKED = frozenset({"red_flag", "context"})


def danger_questions(
    rules: RedFlags, vocabulary: Vocabulary, report: SymptomReport, facts: Facts, *, doubts: Collection[str] = ()
) -> tuple[DangerSign, ...]:
    """The danger-sign questions that matter for this child, and those already answered, in the order of the file.

    A question matters when it is among the doubts, and when its `when` holds, the words have not answered it and a
    "yes" would make it more urgent.
    """
    context = {ALWAYS} if facts.is_told else {ALWAYS, UNTOLD}
    known = rules.derive(replace(facts, names=facts.names | context))
    now = decide_urgency(rules, facts, Lang.EN).urgency
    return tuple(
        sign
        for sign in vocabulary.danger_signs.values()
        if sign.id in report.danger_signs
        or sign.id in doubts
        or (
            sign.id not in facts.names
            and rules.asks[sign.id](known)
            and _urgency_after(rules, facts, {sign.id, *sign.implies}).rank > now.rank
        )
    )


def open_doubts(
    rules: RedFlags, vocabulary: Vocabulary, facts: Facts, *, suspected: Collection[str]
) -> tuple[str, ...]:
    """Of what the words may mean, what is not known and would make it more urgent; at most 3.

    Args:
        rules: decide how soon to act.
        vocabulary: what danger signs imply.
        facts: what is known.
        suspected: ids of what words may mean that the parent has not answered since, the likeliest first.
    """
    now, signs = decide_urgency(rules, facts, Lang.EN).urgency, vocabulary.danger_signs
    yes = {
        name: {name, *(signs[name].implies if name in signs else ())} for name in suspected if name not in facts.names
    }
    raising = (name for name, told in yes.items() if _urgency_after(rules, facts, told).rank > now.rank)
    return tuple(islice(raising, _MOST_DOUBTS))


def next_symptom(
    ranked: Sequence[RankedCondition], told: Told, knowledge: KnowledgeBase, report: SymptomReport
) -> str | None:
    """The symptom whose answer would say most about the condition; None when no question is worth it."""
    if told.is_empty:
        return None
    likely = {item.id: item.probability for item in ranked[:_CONSIDERED]}
    conditions = [knowledge.conditions[name] for name in likely]
    total = sum(likely.values())
    weights = {name: probability / total for name, probability in likely.items()}
    answered = {*told.symptoms, *told.denied, *report.denied, *report.unsure}
    candidates = {
        symptom
        for condition in conditions
        for symptom in condition.symptoms
        if symptom not in answered and knowledge.vocabulary.symptoms[symptom].group not in _NOT_ASKED
    }
    gains = {symptom: _information(symptom, conditions, weights) for symptom in sorted(candidates)}
    best = max(gains, key=lambda symptom: gains[symptom], default=None)
    return best if best is not None and gains[best] >= _WORTH_ASKING else None


def _urgency_after(rules: RedFlags, facts: Facts, told: Collection[str]) -> Urgency:
    """How soon to act if these were told too."""
    answered = replace(facts, names=facts.names | set(told), is_told=True)
    return decide_urgency(rules, answered, Lang.EN).urgency


def _information(symptom: str, conditions: Sequence[Condition], weights: Mapping[str, float]) -> float:
    """Mutual information in bits between the answer yes or no and the condition."""
    chances = {condition.id: symptom_likelihood(condition, symptom) for condition in conditions}
    overall = sum(weights[name] * chance for name, chance in chances.items())
    return _entropy(overall) - sum(weights[name] * _entropy(chance) for name, chance in chances.items())


def _entropy(chance: float) -> float:
    return sum(-part * math.log2(part) for part in (chance, 1 - chance) if part > 0)

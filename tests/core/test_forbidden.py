"""What must never reach a parent is heard in many wordings, and the knowledge base's own sentences are not."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from core.knowledge import KnowledgeBase, load_knowledge
from core.prompts import RULES
from core.reply_checks import check_sentence
from core.types import Lang, Urgency, UrgencyDecision
from tests.core.briefs import ENGLISH, KOREAN

DATA = Path(__file__).parents[1] / "data"


def wordings() -> list[tuple[str, Urgency, str]]:
    """Fault, the least urgency at which it is one, and a sentence that has it, with the mark of the first passage."""
    rows = map(json.loads, (DATA / "forbidden_wordings.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row["fault"], Urgency(row["urgency"]), f"{row['text']} [1]") for row in rows]


def fault(sentence: str, urgency: Urgency) -> str | None:
    """Why the sentence is refused in the language that it is written in."""
    brief = KOREAN if any("가" <= c <= "힣" for c in sentence) else ENGLISH
    return check_sentence(sentence, replace(brief, decision=UrgencyDecision(urgency=urgency, next_step="")))


@pytest.mark.parametrize("name", ["address", "cut_off", "dose", "leak", "lowers_urgency", "verdict"])
def test_each_wording_is_refused_for_what_it_is(name: str) -> None:
    """None passes, in Korean or English, plain, polite or indirect."""
    found = {text: fault(text, urgency) for expected, urgency, text in wordings() if expected == name}
    assert len(found) >= 10
    assert {text: given for text, given in found.items() if given != name} == {}


def test_another_language_never_passes() -> None:
    """Not to a Korean parent and not to an English one, however short."""
    every = [text for expected, _, text in wordings() if expected == "language"]
    assert [text for text in every if check_sentence(text, KOREAN) != "language"] == []
    assert [text for text in every if check_sentence(text, ENGLISH) != "language"] == []
    assert check_sentence("Offer small drinks often. [1]", KOREAN) == "language"
    assert check_sentence("물을 조금씩 자주 먹이세요. [1]", ENGLISH) == "language"


def test_any_six_words_of_the_rules_are_a_leak() -> None:
    """A piece of the system prompt is refused wherever it is cut from."""
    words = " ".join(RULES.partition("\n")[0].split())
    assert fault(f"{words} [1]", Urgency.SELF_CARE) == "leak"


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    """The real knowledge base."""
    return load_knowledge(Path(__file__).parents[2] / "kb")


def judged(knowledge: KnowledgeBase, urgency: Urgency) -> Counter[str | None]:
    """How often each fault is found in the knowledge base's own sentences, each said of its own condition."""
    names = {**knowledge.conditions, **knowledge.general}
    return Counter(
        check_sentence(
            f"{sentence.text} [1]",
            replace(
                KOREAN if passage.lang is Lang.KO else ENGLISH,
                decision=UrgencyDecision(urgency=urgency, next_step=""),
                condition_names=(names[passage.condition].names[passage.lang],),
                passages=(passage,),
            ),
        )
        for passage in knowledge.passages()
        for sentence in passage.sentences
    )


def test_no_sentence_of_the_knowledge_base_is_refused(knowledge: KnowledgeBase) -> None:
    """A model that quotes an article word for word is let through, as long as nothing is urgent."""
    found = judged(knowledge, Urgency.SELF_CARE)
    assert found.total() > 7_000
    assert {name: count for name, count in found.items() if name is not None} == {}


def test_an_urgent_child_loses_only_what_soothes(knowledge: KnowledgeBase) -> None:
    """When a child has to be seen today, under 5 % of the articles' sentences are kept back, each for its softness."""
    found = judged(knowledge, Urgency.URGENT_SAME_DAY)
    assert set(found) == {None, "lowers_urgency"}
    assert found["lowers_urgency"] < 0.05 * found.total()

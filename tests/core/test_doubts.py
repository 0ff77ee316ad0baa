"""What words may mean counts for nothing until the parent answers, and is asked where the answer matters."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.assessment import Assistant
from core.citations import Citations
from core.composer import ask_doubts
from core.triage import Screening, Triage
from core.types import Answer, Case, Correction, Lang, Question, Role, SymptomReport, Turn, Urgency
from core.word_reader import WordReading
from tests.core.test_triage import BY_PHRASES, KNOWLEDGE, Reading

ROOT = Path(__file__).parents[2]
WORDS = "팔꿈치가 건조해요"
LIMITS = json.loads((ROOT / "models/text/reader/calibration.json").read_text(encoding="utf-8"))["signs"].values()
HALF_HEARD = {sign.get("asked", sign["ids"][0]) for sign in LIMITS}
ASKABLE = sorted({*KNOWLEDGE.vocabulary.danger_signs, *KNOWLEDGE.vocabulary.symptoms})


def unsure_of(*suspected: str) -> Triage:
    """Triage whose reader half hears these signs in every text."""
    return replace(BY_PHRASES, reader=Reading(suspected=suspected))


def screened(triage: Triage, text: str = WORDS, *turns: str, **told: object) -> Screening:
    """What is shown and asked for these words and messages of a child of three years."""
    case = Case(id="c", lang=Lang.KO, report=SymptomReport(**{"free_text": text, "age_months": 36} | told))
    return triage.screen(case, tuple(Turn(role=Role.PARENT, text=turn) for turn in turns))


def test_a_doubt_is_asked_first_though_nothing_else_speaks_for_it() -> None:
    """A child with dry elbows is not asked about grey skin, unless the words may mean it."""
    assert "blue_or_grey" not in {sign.id for sign in screened(BY_PHRASES).questions}
    unsure = screened(unsure_of("blue_or_grey"))
    assert unsure.doubts == ("blue_or_grey",)
    assert "blue_or_grey" in {sign.id for sign in unsure.questions}


def test_a_doubt_about_a_symptom_is_the_next_symptom() -> None:
    """What is no danger-sign question is asked in the place of the question that tells conditions apart."""
    unsure = screened(unsure_of("green_vomit"))
    assert (unsure.doubts, unsure.next_symptom) == (("green_vomit",), "green_vomit")


@given(st.lists(st.sampled_from(ASKABLE), unique=True, max_size=6))
def test_a_doubt_alone_changes_no_urgency(suspected: list[str]) -> None:
    """Only an answer can."""
    assert screened(unsure_of(*suspected)).decision == screened(BY_PHRASES).decision


@given(st.lists(st.sampled_from(ASKABLE), unique=True, max_size=6))
def test_a_yes_to_every_doubt_makes_it_more_urgent(suspected: list[str]) -> None:
    """What could not is not asked, and no more than three are."""
    before = screened(unsure_of(*suspected))
    assert len(before.doubts) <= 3
    for name in before.doubts:
        is_sign = name in KNOWLEDGE.vocabulary.danger_signs
        yes = {"danger_signs": {name: Answer.YES}} if is_sign else {"symptoms": (name,)}
        assert screened(BY_PHRASES, **yes).decision.urgency.rank > before.decision.urgency.rank


@pytest.mark.parametrize("answer", list(Answer))
def test_an_answered_doubt_is_settled(answer: Answer) -> None:
    """It is not asked again; the question stays on the form, to be changed."""
    answered = screened(unsure_of("fit"), danger_signs={"fit": answer})
    assert answered.doubts == ()
    assert "fit" in {sign.id for sign in answered.questions}


@pytest.mark.parametrize("told", [{"denied": ("green_vomit",)}, {"unsure": ("green_vomit",)}])
def test_an_answered_symptom_is_settled(told: dict[str, tuple[str, ...]]) -> None:
    """Also one that the parent is not sure of."""
    assert screened(unsure_of("green_vomit"), **told).doubts == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [("fit", {"danger_signs": {"fit": Answer.NO}}), ("green_vomit", {"denied": ("green_vomit",)})],
)
def test_what_a_later_message_hints_at_is_asked_again(name: str, told: dict[str, object]) -> None:
    """A "no" on the form was about the form's words; the child may have got worse since."""
    assert screened(unsure_of(name), WORDS, **told).doubts == ()
    assert screened(unsure_of(name), WORDS, "이제 좀 이상해요", **told).doubts == (name,)
    again = told | {"corrected": (Correction(fact=name, texts=2),)}
    assert screened(unsure_of(name), WORDS, "이제 좀 이상해요", **again).doubts == ()
    assert screened(unsure_of(name), WORDS, "이제 좀 이상해요", "아까보다 더 그래요", **again).doubts == (name,)


def test_an_emergency_leaves_nothing_to_doubt() -> None:
    """The answer is clear: no question stands before it."""
    assert screened(unsure_of("fit"), "숨을 못 쉬어요").doubts == ()


def test_what_another_message_tells_plainly_is_no_doubt() -> None:
    """A sign that stands is not asked about."""
    triage = replace(BY_PHRASES, reader=Reading(suspected=("repeated_vomiting",)))
    told = screened(triage, WORDS, "계속 토해요")
    assert told.decision.urgency.rank > Urgency.SELF_CARE.rank
    assert "repeated_vomiting" not in told.doubts


def test_a_doubt_that_was_taken_back_is_not_asked() -> None:
    """The parent has said already that it is not so."""
    taken_back = (Correction(fact="green_vomit", texts=1),)
    assert screened(unsure_of("green_vomit"), corrected=taken_back).doubts == ()


def test_words_about_something_else_leave_no_doubt() -> None:
    """A film is nobody's sign."""
    triage = replace(BY_PHRASES, reader=Reading(suspected=("fit",), is_other_talk=True))
    assert screened(triage, "어제 본 영화에서 주인공이 쓰러졌어요").doubts == ()


def test_a_doubt_in_a_later_message_is_asked_too() -> None:
    """Every message is read the same way."""
    assert screened(unsure_of("hard_to_wake"), "", "오늘따라 애가 좀 그래요").doubts == ("hard_to_wake",)


def doubting(assistant: Assistant, *suspected: str, of: str = "") -> Assistant:
    """The same assistant, whose reader half hears these signs in texts that hold these words."""
    parts = assistant._parts
    reader = HalfHearing(of, suspected)
    return Assistant(replace(parts, triage=replace(parts.triage, reader=reader)))


class HalfHearing:
    """A reader that is unsure of some texts."""

    def __init__(self, of: str, suspected: tuple[str, ...]) -> None:
        self.of, self.suspected = of, suspected

    def read_words(self, text: str, denied: Collection[str] = ()) -> WordReading:
        """What it was given, for the texts that hold the words."""
        del denied
        return WordReading(suspected=self.suspected if self.of in text else ())


@pytest.mark.parametrize(("lang", "asked"), [(Lang.KO, "경련을 했나요?"), (Lang.EN, "a fit (seizure)")])
def test_the_answer_asks_right_after_how_soon_to_act(assistant: Assistant, lang: Lang, asked: str) -> None:
    """Who skipped the question meets it again, before anything else is read."""
    case = Case(id="c", lang=lang, report=SymptomReport(age_months=36, free_text=WORDS))
    *_, last = doubting(assistant, "fit").assess(case)
    assert 0 < last.text.index(asked) < last.text.index("###")


@pytest.mark.parametrize(
    ("symptom", "asked"),
    [("green_vomit", "**토한 것이 초록색인가요?**"), ("dry_skin", "혹시 아이가 이런가요? 건조한 피부")],
)
def test_a_symptom_is_asked_by_its_question_or_its_name(symptom: str, asked: str) -> None:
    """Harmless symptoms have no question of their own."""
    assert asked in "".join(ask_doubts([symptom], Citations(KNOWLEDGE, Lang.KO)))


@pytest.mark.parametrize("name", sorted({*BY_PHRASES.phrases.danger, *HALF_HEARD}))
def test_all_that_tells_of_danger_has_a_question(name: str) -> None:
    """In both languages."""
    for lang in Lang:
        assert "?" in (KNOWLEDGE.vocabulary.question(name, lang) or "")


def test_a_reply_asks_about_its_own_message_only(assistant: Assistant) -> None:
    """What an earlier message left open was asked there."""
    unsure = doubting(assistant, "fit", of="이상해요")
    case = Case(id="c", lang=Lang.KO, report=SymptomReport(age_months=36, free_text=WORDS))
    asked = "경련을 했나요?"

    def replied(text: str, *before: str) -> str:
        history = tuple(Turn(role=Role.PARENT, text=turn) for turn in before)
        *_, last = unsure.answer(Question(id="q", lang=Lang.KO, text=text, case=case, history=history))
        return last.text

    assert asked in replied("애가 좀 이상해요 목욕시켜도 돼요?")
    assert asked not in replied("목욕시켜도 돼요?", "애가 좀 이상해요")

"""A visit: what changes it, what it forgets, and what a refresh brings back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.keys import Keys
from components.opening import new_visit, resume_visit
from components.session import MAX_EARLIER, MAX_PHOTOS, Visit
from core.opinions import Opinion
from core.photo_types import CropBox, LesionPhoto, PhotoQuality
from core.types import (
    Answer,
    Assessment,
    Case,
    Correction,
    FreeTextFindings,
    Lang,
    Reply,
    Role,
    Severity,
    SymptomReport,
    Urgency,
    UrgencyDecision,
)

TODAY = UrgencyDecision(urgency=Urgency.URGENT_SAME_DAY, next_step="오늘 진료를 받으세요.")
NOW = UrgencyDecision(urgency=Urgency.EMERGENCY, next_step="119에 전화하세요.")
ROUTINE = UrgencyDecision(urgency=Urgency.ROUTINE, next_step="예약하세요.")


def photo(mark: bytes = b"a") -> LesionPhoto:
    """A photo that is told from others by its bytes."""
    return LesionPhoto(
        square_png=mark,
        original_jpeg=mark,
        crop=CropBox(left=0, top=0, width=1, height=1),
        quality=PhotoQuality(sharpness=50, brightness=120, skin_share=1),
    )


def assessment(decision: UrgencyDecision = TODAY, lang: Lang = Lang.KO) -> Assessment:
    """A finished answer."""
    return Assessment(
        id="visit",
        lang=lang,
        decision=decision,
        severity=Severity.MILD,
        conditions=(),
        prediction_set=("hives",),
        departments={"paediatrics": 1.0},
        coverage=0.9,
        findings=FreeTextFindings(accepted=True),
        vision=None,
        passages=(),
        text="글",
    )


def reply(decision: UrgencyDecision = TODAY) -> Reply:
    """A finished reply."""
    return Reply(text="답", answered=True, passages=(), decision=decision)


@pytest.fixture
def this() -> Visit:
    """A new visit in Korean."""
    return new_visit(Lang.KO)


def test_tokens_cannot_be_guessed() -> None:
    """Each visit has its own token of at least 128 bits."""
    tokens = {new_visit(Lang.KO).token for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 22


def test_changed_report_needs_a_new_assessment(this: Visit) -> None:
    """The answer falls when the report changes, and stays when the same report is told again."""
    this.answer_with(assessment())
    this.tell(SymptomReport())
    assert not this.needs_assessment
    this.tell(SymptomReport(age_months=9))
    assert this.needs_assessment


def test_changed_photos_need_a_new_assessment(this: Visit) -> None:
    """The answer falls when a photo is added, cropped or removed on the photo page."""
    this.answer_with(assessment())
    this.show((photo(),))
    assert this.needs_assessment


def test_changed_language_needs_a_new_assessment_and_keeps_the_conversation(this: Visit) -> None:
    """The answer is given anew in the other language; what was said stays as it was said."""
    this.answer_with(assessment())
    this.say("옮나요?")
    this.hear(reply())
    this.speak(Lang.EN)
    assert this.needs_assessment
    assert [turn.text for turn in this.turns] == ["옮나요?", "답"]


def test_photo_in_the_chat_joins_the_case_and_keeps_the_assessment(this: Visit) -> None:
    """A photo sent with a message counts from then on, without starting over."""
    this.answer_with(assessment())
    this.say("이것도 봐 주세요", (photo(),))
    assert this.question.case.photos == (photo(),)
    assert this.assessment is not None


def test_new_photo_is_compared_with_the_newest_before_it(this: Visit) -> None:
    """A question knows the last photo that was there before its message; without both there is none."""
    this.say("봐 주세요", (photo(b"1"),))
    assert (this.question.has_new_photo, this.question.earlier_photo) == (True, None)
    this.hear(reply())
    this.say("또 찍었어요", (photo(b"2"), photo(b"3")))
    assert this.question.earlier_photo == photo(b"1")
    this.hear(reply())
    this.say("옮나요?")
    assert (this.question.has_new_photo, this.question.earlier_photo) == (False, None)


def test_newest_three_photos_stay(this: Visit) -> None:
    """A fourth photo takes the place of the oldest."""
    this.show(tuple(photo(mark) for mark in (b"1", b"2", b"3")))
    this.say("또 있어요", (photo(b"4"),))
    assert [item.square_png for item in this.photos] == [b"2", b"3", b"4"]
    assert len(this.photos) == MAX_PHOTOS


def test_only_an_answer_that_makes_it_more_urgent_needs_a_new_assessment(this: Visit) -> None:
    """A "no" to a doubt is kept, and nobody waits for the same answer again; a "yes" counts at once."""
    this.answer_with(assessment())
    told = SymptomReport(danger_signs={"fit": Answer.NO})
    assert [this.learn(told, lambda _: ROUTINE), this.learn(told, lambda _: ROUTINE)] == [True, False]
    assert (this.report, this.assessment) == (told, assessment())
    assert this.learn(SymptomReport(danger_signs={"fit": Answer.YES}), lambda _: NOW)
    assert this.needs_assessment
    assert this.floor is Urgency.EMERGENCY  # also where only the conversation and the "yes" together make it one
    assert [given.assessment for given in this.earlier] == [assessment()]


def test_urgency_of_the_conversation_never_falls(this: Visit) -> None:
    """A message can raise the urgency; a milder one later leaves it where it is."""
    this.answer_with(assessment(ROUTINE))
    assert this.heed(NOW)
    assert not this.heed(ROUTINE)
    assert this.urgency is Urgency.EMERGENCY


def test_raised_urgency_outlives_a_changed_report(this: Visit) -> None:
    """Danger told in the conversation still counts after the form was changed."""
    this.answer_with(assessment(ROUTINE))
    this.heed(NOW)
    this.tell(SymptomReport(age_months=9))
    this.answer_with(assessment(ROUTINE))
    assert this.urgency is Urgency.EMERGENCY


def test_corrected_form_may_lower_the_urgency(this: Visit) -> None:
    """A slip of the finger in the form does not stay on the screen for ever."""
    this.answer_with(assessment(NOW))
    this.tell(SymptomReport(age_months=9))
    this.answer_with(assessment(ROUTINE))
    assert this.urgency is Urgency.ROUTINE


def test_question_carries_what_was_said_before(this: Visit) -> None:
    """A question brings the case, the conversation before it, the likely conditions and the urgency given."""
    this.answer_with(assessment())
    this.say("옮나요?")
    this.hear(reply())
    this.say("언제 나아요?")
    question = this.question
    assert (question.text, len(question.history)) == ("언제 나아요?", 2)
    assert question.context_conditions == ("hives",)
    assert question.floor is Urgency.URGENT_SAME_DAY


def test_stopped_reply_joins_the_conversation(this: Visit) -> None:
    """What was streamed before Stop is kept, marked, and no second reply is given."""
    this.say("옮나요?")
    this.keep_replying("네, 옮")
    this.fold(lambda text: f"{text} (멈춤)")
    assert this.turns[-1].text == "네, 옮 (멈춤)"
    assert this.turns[-1].role is Role.ASSISTANT
    assert not this.awaits_reply


def test_reply_that_never_began_is_still_awaited(this: Visit) -> None:
    """A line that drops before the first word loses nothing: the question is answered at the next run."""
    this.say("옮나요?")
    this.fold(lambda text: f"{text} (멈춤)")
    assert this.awaits_reply


def test_question_during_a_stopped_assessment_keeps_both(this: Visit) -> None:
    """A stopped assessment stays apart from a stopped reply."""
    this.keep_assessing("반쯤")
    this.say("옮나요?")
    this.keep_replying("네")
    this.fold(lambda text: text)
    assert this.assessing == "반쯤"
    assert this.turns[-1].text == "네"


def test_empty_visit_is_not_kept(this: Visit) -> None:
    """Nothing is stored while nothing was told, and nothing is stored twice."""
    assert this.unsaved() is None
    this.tell(SymptomReport(free_text="열이 나요"))
    draft = this.unsaved()
    assert draft is not None
    this.saved = draft
    assert this.unsaved() is None


def test_refresh_brings_everything_back(this: Visit) -> None:
    """A visit made from its own draft has the same draft."""
    this.tell(SymptomReport(age_months=9, feels_hot=True, free_text="$x$ <b>"))
    this.show((photo(),))
    this.say("옮나요?")
    this.answer_with(assessment())
    back = resume_visit(this.token, this.draft)
    assert back.draft == this.draft
    assert back.unsaved() is None
    assert not back.has_thermometer


def test_keys_differ_between_visits_and_languages(this: Visit) -> None:
    """A widget of one visit never shows what another visit, or another language, held."""
    before = this.keys("child.words")
    this.speak(Lang.EN)
    assert len({before, this.keys("child.words"), new_visit(Lang.KO).keys("child.words")}) == 3


def test_renewed_key_is_a_new_one_and_asks_for_a_run() -> None:
    """Renewing gives the widget another key and marks the page as stale."""
    keys = Keys(prefix="p")
    before = keys("a")
    keys.renew("a")
    assert keys("a") != before
    assert keys.is_stale


def test_start_is_remembered_until_the_key_is_renewed() -> None:
    """A widget keeps the value it was first drawn with; a renewed one takes the present value."""
    keys = Keys(prefix="p")
    assert keys.start("a", 1) == 1
    assert keys.start("a", 2) == 1
    keys.renew("a")
    assert keys.start("a", 3) == 3


def test_draft_holds_no_more_than_the_case_says(this: Visit) -> None:
    """The draft is the case, the consent, the answer, the conversation and its urgency."""
    this.tell(SymptomReport(age_months=9))
    assert this.draft == replace(this.draft, case=this.case)


def by_age(case: Case) -> UrgencyDecision:
    """A rule of these tests: a child under three months is an emergency."""
    age = case.report.age_months
    return NOW if age is not None and age < 3 else ROUTINE


def corrected_age(this: Visit, age_months: float) -> None:
    """The visit after the parent changed the age beside the answer."""
    this.start_editing()
    this.editing = replace(this.report, age_months=age_months)
    this.correct(by_age)


def test_replaced_answer_stays_readable(this: Visit) -> None:
    """A changed fact puts the answer among the earlier ones, with what it rested on, and a refresh keeps it."""
    first = assessment()
    this.tell(SymptomReport(age_months=9))
    this.answer_with(first)
    corrected_age(this, 24)
    assert this.needs_assessment
    assert [(item.assessment, item.report.age_months) for item in this.earlier] == [(first, 9)]
    assert resume_visit(this.token, this.draft).earlier == this.earlier


def test_only_the_latest_earlier_answers_are_kept(this: Visit) -> None:
    """A parent who tries every age fills no memory."""
    for age in range(3, 20):
        this.answer_with(assessment())
        this.tell(SymptomReport(age_months=age))
    assert len(this.earlier) == MAX_EARLIER
    assert this.earlier[-1].report.age_months == 18


def test_urgency_falls_with_the_fact_that_was_its_only_reason(this: Visit) -> None:
    """An age typed wrong raised it, also through the conversation; put right, it falls."""
    this.tell(SymptomReport(age_months=2))
    this.answer_with(assessment(ROUTINE))
    this.heed(NOW)
    corrected_age(this, 24)
    assert this.urgency is Urgency.ROUTINE


def test_urgency_with_another_reason_stands_after_a_correction(this: Visit) -> None:
    """What a photo or a language model raised above the rules is not lowered by another fact."""
    this.tell(SymptomReport(age_months=9))
    this.answer_with(assessment(TODAY))
    corrected_age(this, 24)
    assert this.urgency is Urgency.URGENT_SAME_DAY


def test_taking_back_a_misread_word_leaves_what_had_another_reason(this: Visit) -> None:
    """Tapping a chip away lowers what the rules made of it, and nothing that a photo or a language model raised."""
    wrong = (Correction(fact="fit", texts=1),)

    def decide(case: Case) -> UrgencyDecision:
        return ROUTINE if case.report.corrected else TODAY

    this.answer_with(assessment(TODAY))
    assert this.take_back(wrong, decide)
    assert not this.take_back(wrong, decide)
    assert this.urgency is Urgency.ROUTINE
    this.take_back((), decide)
    this.answer_with(assessment(NOW))
    assert this.take_back(wrong, decide)
    assert this.urgency is Urgency.EMERGENCY


def test_correction_may_raise_the_urgency(this: Visit) -> None:
    """A younger age than first told counts before the new answer is there."""
    this.tell(SymptomReport(age_months=9))
    this.answer_with(assessment(ROUTINE))
    corrected_age(this, 1)
    assert this.urgency is Urgency.EMERGENCY


def test_glass_test_answers_what_is_being_edited(this: Visit) -> None:
    """Its answer waits with the other changes; leaving them takes it back, and the thermometer with it."""
    this.tell(SymptomReport(temperature_c=39.0))
    this.start_editing()
    this.has_thermometer = False
    this.answer_sign("does_not_fade", Answer.YES)
    assert this.editing is not None
    assert this.editing.danger_signs == {"does_not_fade": Answer.YES}
    this.stop_editing()
    assert (this.editing, this.report.danger_signs, this.has_thermometer) == (None, {}, True)


def test_reply_in_other_words_takes_the_place_of_the_last(this: Visit) -> None:
    """The question is answered again, knowing what was said; the opinion on the old words is kept apart."""
    this.answer_with(assessment())
    this.say("옮나요?")
    this.hear(reply())
    this.think("turn-1", Opinion(is_good=False))
    this.ask_again()
    assert this.awaits_reply
    assert (this.question.text, [turn.text for turn in this.question.history]) == ("옮나요?", ["답"])
    this.hear(reply())
    assert len(this.turns) == 2
    assert this.replaced == ()
    assert "turn-1" not in this.opinions
    assert list(this.opinions.values()) == [Opinion(is_good=False)]


def test_urgency_never_falls_by_asking_for_other_words(this: Visit) -> None:
    """The same facts told in other words are as urgent as before, whatever the second answer says."""
    this.answer_with(assessment(NOW))
    this.assess_again()
    assert this.needs_assessment
    this.answer_with(assessment(ROUTINE))
    assert this.urgency is Urgency.EMERGENCY


def test_opinion_is_kept_with_the_visit_and_can_be_taken_back(this: Visit) -> None:
    """A refresh brings it back, and no thumb is no opinion."""
    before = this.draft
    this.think("assessment", Opinion(is_good=True))
    assert this.draft != before
    assert resume_visit(this.token, this.draft).opinions == this.opinions
    this.think("assessment", None)
    assert this.opinions == {}


def test_opinion_on_an_earlier_answer_is_not_one_on_the_new(this: Visit) -> None:
    """A changed fact brings a new answer without a thumb; the old thumb still counts."""
    this.answer_with(assessment())
    this.think("assessment", Opinion(is_good=True))
    this.tell(SymptomReport(age_months=9))
    assert "assessment" not in this.opinions
    assert len(this.opinions) == 1


def test_refresh_keeps_photos_beside_their_message(this: Visit) -> None:
    """What was sent with a message is shown with it again, and is still looked at when the reply was not there yet."""
    this.say("이것도 봐 주세요", (photo(b"1"), photo(b"2")))
    back = resume_visit(this.token, this.draft)
    assert back.turn_photos == {0: (b"1", b"2")}
    assert back.question.has_new_photo

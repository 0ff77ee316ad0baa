"""Coming back: the same visit later asks only what can have changed, and compares then and now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from components.resources import load_draft
from core.look_time import Change
from core.types import Answer, Role, Urgency
from tests.pages.screen import go, press, title, upload, visit_of, widget

AGAIN = "지금 다시 살펴보기"
ON = "지금 어떻게 할지 보기"


def answered(open_app, symptoms: list[str], **answers: Answer):
    """The advice page of a child of 20 months."""
    at = open_app("symptoms")
    widget(at.number_input, "child.months").set_value(20).run()
    widget(at.multiselect, "symptom.search").set_value(symptoms).run()
    for sign, answer in answers.items():
        widget(at.segmented_control, f"danger.{sign}").set_value(answer).run()
    return press(at, "결과 보기")


def texts(at) -> str:
    """Everything that stands on the page as Markdown."""
    return "\n".join(item.value for item in at.markdown)


def test_looking_again_asks_only_what_can_have_changed(open_app) -> None:
    """Temperature, change, danger that stands, what may have gone, a photo and words; not age or place."""
    at = press(answered(open_app, ["red_spots", "itchy_skin"], does_not_fade=Answer.UNKNOWN), AGAIN)
    assert not at.exception
    assert title(at) == "지금 아이는 어떤가요?"
    assert {item.key.split(".")[1] for item in at.number_input} == {"temperature"}
    asked = {item.key.split(".")[2] for item in at.segmented_control if item.key.startswith("again.danger.")}
    assert {"does_not_fade", "breathing_trouble"} <= asked
    assert widget(at.pills, "again.still").value == ["red_spots", "itchy_skin"]
    assert widget(at.segmented_control, "again.change").value is None


def test_danger_told_at_the_return_turns_the_banner_red(open_app) -> None:
    """At once on the step itself, and in the new answer; the first answer stays readable with its time."""
    at = answered(open_app, ["red_spots"], does_not_fade=Answer.NO)
    first = visit_of(at).assessment
    assert first.decision.urgency is not Urgency.EMERGENCY
    at = press(at, AGAIN)
    widget(at.segmented_control, "again.danger.does_not_fade").set_value(Answer.YES).run()
    assert "응급실" in at.error[0].value
    at = press(at, ON)
    assert not at.exception
    assert visit_of(at).urgency is Urgency.EMERGENCY
    assert [look.assessment is not None for look in visit_of(at).looks] == [True, True]
    assert visit_of(at).looks[0].assessment.text == first.text
    assert "그때와 지금" in texts(at)
    assert any("·" in fold.label and fold.icon == ":material/history:" for fold in at.expander)


def test_a_better_child_gets_a_lower_level_and_the_reason(open_app) -> None:
    """Danger that is answered "no" goes, an emergency at most to today, and the page says why."""
    at = press(answered(open_app, ["red_spots"], does_not_fade=Answer.YES), AGAIN)
    assert widget(at.segmented_control, "again.danger.does_not_fade").value is None
    widget(at.segmented_control, "again.change").set_value(Change.BETTER).run()
    widget(at.segmented_control, "again.danger.does_not_fade").set_value(Answer.NO).run()
    at = press(at, ON)
    assert visit_of(at).urgency is Urgency.URGENT_SAME_DAY
    assert "전보다 덜 급해졌어요: 눌러도 안 없어지는 점" in texts(at)
    assert "오늘 안에 진료를 받아 주세요" in texts(at)


@pytest.mark.parametrize("change", [None, Change.SAME])
def test_without_better_it_stays_as_urgent(open_app, change: Change | None) -> None:
    """A "no" alone lowers nothing."""
    at = press(answered(open_app, ["red_spots"], does_not_fade=Answer.YES), AGAIN)
    if change:
        widget(at.segmented_control, "again.change").set_value(change).run()
    widget(at.segmented_control, "again.danger.does_not_fade").set_value(Answer.NO).run()
    at = press(at, ON)
    assert visit_of(at).urgency is Urgency.EMERGENCY
    assert "급한 정도를 전보다 낮추지 않았어요" in texts(at)


def test_two_hours_later_the_page_asks(open_app) -> None:
    """The same visit opened again is asked whether anything has changed; before that the button is quiet."""
    at = answered(open_app, ["dry_skin"])
    assert not any("시간이 조금 지났어요" in item.value for item in at.info)
    this = visit_of(at)
    this.looks = tuple(replace(look, at=look.at - timedelta(hours=2)) for look in this.looks)
    at.run()
    assert sum(item.label == AGAIN for item in at.button) == 2
    assert any("시간이 조금 지났어요" in item.value for item in at.info)


def test_words_and_photo_join_the_new_answer(open_app, skin_photo) -> None:
    """Words are kept in the conversation and heard; the photo takes the place of the first one."""
    at = press(answered(open_app, ["dry_skin"]), AGAIN)
    at = upload(at, ("b.jpg", skin_photo))
    widget(at.text_area, "again.words").set_value("지금 경련해요").run()
    assert at.error
    at = press(at, ON)
    this = visit_of(at)
    assert this.urgency is Urgency.EMERGENCY
    assert [turn.role for turn in this.turns] == [Role.PARENT, Role.ASSISTANT]
    assert len(this.photos) == 1


def test_every_look_survives_a_refresh(open_app) -> None:
    """The draft brings back both answers with their times."""
    at = press(press(answered(open_app, ["dry_skin"]), AGAIN), ON)
    this = visit_of(at)
    assert load_draft(this.token).looks == this.looks
    again = go(open_app(case=this.token), 3)
    assert len(visit_of(again).looks) == 2
    assert any(fold.icon == ":material/history:" for fold in again.expander)


def test_without_an_answer_the_step_leads_to_it(open_app) -> None:
    """Opened by its address alone, it shows the advice page."""
    at = open_app()
    at.switch_page("pages/look_again.py").run()
    assert not at.exception
    assert at.chat_input


def test_correcting_other_words_does_not_undo_what_a_return_held(open_app) -> None:
    """Taking back one thing leaves the level that was held because the child was not said to be better."""
    at = answered(open_app, ["red_spots"], does_not_fade=Answer.YES)
    at.chat_input[0].set_value("기침도 해요").run()
    at = press(at, AGAIN)
    widget(at.segmented_control, "again.danger.does_not_fade").set_value(Answer.NO).run()
    at = press(at, ON)
    chips = next(item for item in at.pills if item.key.startswith("found."))
    chips.set_value([name for name in chips.value if name != "cough"]).run()
    assert not at.exception
    assert {correction.fact for correction in visit_of(at).report.corrected} == {"cough"}
    assert visit_of(at).urgency is Urgency.EMERGENCY


def test_temperature_then_and_now_is_shown(open_app) -> None:
    """What was measured at each look, also where words told it, and that an earlier fever still counts."""
    at = open_app("symptoms")
    widget(at.number_input, "child.months").set_value(20).run()
    widget(at.text_area, "child.words").set_value("열이 38.6도예요").run()
    at = press(press(at, "결과 보기"), AGAIN)
    widget(at.number_input, "again.temperature").set_value(37.2).run()
    at = press(at, ON)
    assert "38.6 °C → 37.2 °C" in texts(at)
    assert "앞서 난 열을 함께 생각했어요" in texts(at)

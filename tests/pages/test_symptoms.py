"""Step 2: what the parent tells."""

from __future__ import annotations

import pytest

from core.types import Answer
from tests.pages.screen import press, title, visit_of, widget


def test_going_back_and_forth_loses_nothing(open_app) -> None:
    """Every answer is still on screen after a visit to the photo step."""
    at = open_app("symptoms")
    assert not at.exception
    widget(at.number_input, "child.months").set_value(9).run()
    widget(at.number_input, "child.temperature").set_value(38.4).run()
    widget(at.pills, "site.usual").set_value(["face"]).run()
    widget(at.multiselect, "symptom.search").set_value(["blisters"]).run()
    widget(at.segmented_control, "danger.does_not_fade").set_value(Answer.NO).run()
    widget(at.text_area, "child.words").set_value("어제부터요").run()
    told = visit_of(at).report
    at = press(at, "뒤로")
    at = press(at, "사진 없이 계속하기")
    assert visit_of(at).report == told
    assert widget(at.number_input, "child.months").value == 9
    assert widget(at.number_input, "child.temperature").value == 38.4
    assert widget(at.pills, "site.usual").value == ["face"]
    assert widget(at.pills, "symptom.skin_surface").value == ["blisters"]
    assert widget(at.segmented_control, "danger.does_not_fade").value == Answer.NO
    assert widget(at.text_area, "child.words").value == "어제부터요"


def test_a_baby_under_a_month_is_asked_for_days(open_app) -> None:
    """Jaundice on the first day is an emergency, and in a month not yet full it is not known to be that."""
    at = open_app("symptoms")
    widget(at.number_input, "child.months").set_value(0).run()
    assert visit_of(at).report.age_months == 0
    widget(at.number_input, "child.days").set_value(5).run()
    assert 5 / 30.4 < visit_of(at).report.age_months < 6 / 30.4
    assert widget(at.number_input, "child.days").label == "생후 며칠(한 달이 안 됐으면)"
    at = press(at, "결과 보기")
    assert any("생후 5일" in item.value for item in (*at.markdown, *at.caption))


def test_an_age_of_months_asks_for_no_days(open_app) -> None:
    """From one month on, months count."""
    at = open_app("symptoms")
    widget(at.number_input, "child.months").set_value(2).run()
    assert visit_of(at).report.age_months == 2
    assert "생후 며칠(한 달이 안 됐으면)" not in [item.label for item in at.number_input]


def test_pickers_stay_in_step(open_app) -> None:
    """What is found by search lights up in its group, and what is taken away in the group leaves the search box."""
    at = open_app("symptoms")
    widget(at.multiselect, "symptom.search").set_value(["blisters", "cough"]).run()
    assert widget(at.pills, "symptom.usual").value == ["blisters", "cough"]
    widget(at.pills, "symptom.skin_surface").set_value([]).run()
    assert widget(at.multiselect, "symptom.search").value == ["cough"]
    assert visit_of(at).report.symptoms == ("cough",)


@pytest.mark.parametrize("temperature", [30.0, 45.0, 33.9, 43.1])
def test_impossible_temperature_is_asked_again(open_app, temperature: float) -> None:
    """It is not used, a polite line asks for it again, and the way on waits."""
    at = open_app("symptoms")
    widget(at.number_input, "child.temperature").set_value(temperature).run()
    assert visit_of(at).report.temperature_c is None
    assert f"{temperature} °C" in at.warning[0].value
    assert at.button(key="way.on").disabled
    widget(at.number_input, "child.temperature").set_value(38.0).run()
    assert not at.warning
    assert visit_of(at).report.temperature_c == 38.0
    assert not at.button(key="way.on").disabled


@pytest.mark.parametrize(
    ("years", "months", "age_months"),
    [(0, None, 0.0), (None, 9, 9.0), (1, 6, 18.0), (17, None, 204.0), (17, 11, 215.0)],
)
def test_age_is_taken_in_years_and_months(open_app, years, months, age_months: float) -> None:
    """A newborn and a child of seventeen are both fine."""
    at = open_app("symptoms")
    widget(at.number_input, "child.years").set_value(years).run()
    widget(at.number_input, "child.months").set_value(months).run()
    assert visit_of(at).report.age_months == age_months


def test_age_over_eighteen_is_asked_again(open_app) -> None:
    """Seventeen years and two dozen months are too many."""
    at = open_app("symptoms")
    widget(at.number_input, "child.years").set_value(17).run()
    widget(at.number_input, "child.months").set_value(24).run()
    assert visit_of(at).report.age_months is None
    assert at.warning


def test_without_a_thermometer_heat_is_asked_for(open_app) -> None:
    """The number gives way to one question, and both are consistent."""
    at = open_app("symptoms")
    widget(at.number_input, "child.temperature").set_value(39.0).run()
    widget(at.toggle, "child.no_thermometer").set_value(True).run()
    widget(at.segmented_control, "child.hot").set_value(True).run()
    report = visit_of(at).report
    assert (report.temperature_c, report.feels_hot) == (None, True)


def test_danger_sign_raises_the_banner_at_once(open_app) -> None:
    """A yes to a danger sign shows where to call before the form is finished."""
    at = open_app("symptoms")
    assert not at.error
    widget(at.number_input, "child.temperature").set_value(39.0).run()
    widget(at.segmented_control, "danger.does_not_fade").set_value(Answer.YES).run()
    assert "119" in at.error[0].value
    assert at.link_button[0].url == "tel:119"


def test_no_to_the_rest_is_an_explicit_no(open_app) -> None:
    """Unanswered questions become a visible no; an answer that was given stays."""
    at = open_app("symptoms")
    questions = [item for item in at.segmented_control if item.key.startswith("danger.")]
    widget(at.segmented_control, "danger.does_not_fade").set_value(Answer.UNKNOWN).run()
    at = press(at, "나머지는 모두 아니요")
    answers = visit_of(at).report.danger_signs
    assert len(answers) == len(questions)
    assert answers.pop("does_not_fade") is Answer.UNKNOWN
    assert set(answers.values()) == {Answer.NO}
    shown = {item.value for item in at.segmented_control if item.key.startswith("danger.")}
    assert shown == {Answer.UNKNOWN, Answer.NO}


def test_words_are_taken_as_typed(open_app) -> None:
    """Five thousand characters with emoji, formulas, tags and Markdown arrive whole."""
    words = ("😀 $x$ <script>alert(1)</script> **굵게** " * 200)[:5000]
    at = open_app("symptoms")
    widget(at.text_area, "child.words").set_value(words).run()
    assert visit_of(at).report.free_text == words
    assert not at.exception


def test_nothing_is_kept_unless_it_is_ticked(open_app) -> None:
    """Both boxes are empty at first, and each stands for one thing."""
    at = open_app("symptoms")
    assert [box.value for box in at.checkbox] == [False, False]
    widget(at.checkbox, "consent.words").check().run()
    consent = visit_of(at).consent
    assert (consent.keep_photo, consent.keep_words) == (False, True)


def test_empty_form_leads_on(open_app) -> None:
    """Nothing has to be filled in."""
    at = press(open_app("symptoms"), "결과 보기")
    assert not at.exception
    assert title(at) == ""
    assert at.chat_input


def questions(at) -> set[str]:
    """Ids of the danger signs on screen."""
    return {item.key.split(".")[1] for item in at.segmented_control if item.key.startswith("danger.")}


def test_danger_questions_follow_what_is_told(open_app) -> None:
    """A well child with dry elbows is asked two; blisters bring one more; an emergency asks nothing."""
    at = open_app("symptoms")
    widget(at.multiselect, "symptom.search").set_value(["dry_skin"]).run()
    assert questions(at) == {"breathing_trouble", "hard_to_wake"}
    widget(at.multiselect, "symptom.search").set_value(["dry_skin", "blisters"]).run()
    assert "painful_peeling_skin" in questions(at)
    widget(at.multiselect, "symptom.search").set_value(["seizure"]).run()
    assert questions(at) == set()
    assert at.error


def test_what_was_understood_can_be_taken_back(open_app) -> None:
    """A misread danger sign raises the banner until the parent taps it away; the words stay as typed."""
    at = open_app("symptoms")
    widget(at.text_area, "child.words").set_value("아이가 경련을 해요. 열이 38.5도예요").run()
    assert at.error
    chips = next(item for item in at.pills if item.key.startswith("found."))
    assert {"seizure", "fit"} & set(chips.value)
    chips.set_value([name for name in chips.value if name not in {"seizure", "fit"}]).run()
    at.run()
    assert not at.error
    assert {"seizure", "fit"} & {correction.fact for correction in visit_of(at).report.corrected}
    assert visit_of(at).report.free_text == "아이가 경련을 해요. 열이 38.5도예요"


def test_other_words_need_other_corrections(open_app) -> None:
    """Danger that is typed anew is heard, whatever was taken back of the words before."""
    at = open_app("symptoms")
    widget(at.text_area, "child.words").set_value("아이가 경련을 해요").run()
    chips = next(item for item in at.pills if item.key.startswith("found."))
    chips.set_value([]).run()
    widget(at.text_area, "child.words").set_value("아이가 지금 경련을 해요").run()
    assert at.error
    assert visit_of(at).report.corrected == ()


def test_answer_of_the_glass_test_goes_to_the_danger_signs(open_app) -> None:
    """The walk shows its steps and both skins; spots that stay raise the banner."""
    at = open_app("symptoms")
    widget(at.multiselect, "symptom.search").set_value(["red_spots"]).run()
    at = press(at, "유리컵 검사, 이렇게 해 보세요")
    assert any("꾹 눌러" in item.value for item in at.markdown)
    at = press(at, "눌러도 그대로 있어요")
    assert visit_of(at).report.danger_signs["does_not_fade"] is Answer.YES
    assert "응급실" in at.error[0].value


def test_one_symptom_is_asked_about_and_taken(open_app) -> None:
    """A yes joins the symptoms, and another question takes its place."""
    at = open_app("symptoms")
    widget(at.multiselect, "symptom.search").set_value(["blisters", "itchy_rash"]).run()
    first = widget(at.segmented_control, "next")
    asked = first.key.split(".")[1]
    first.set_value(Answer.YES).run()
    assert asked in visit_of(at).report.symptoms
    assert widget(at.segmented_control, "next").key.split(".")[1] != asked

"""Step 3: the answer and the conversation."""

from __future__ import annotations

from dataclasses import replace

from components.i18n import plain
from components.resources import resources
from core.messages import translate
from core.opinions import Reason
from core.photo_types import VisionResult
from core.types import Answer, Lang, Role, Urgency
from core.visit_types import Consent
from tests.pages.screen import go, press, upload, visit_of, widget


def alerts(at) -> list:
    """Banners on screen, whatever their colour."""
    return [*at.error, *at.warning, *at.info, *at.success]


def place_of(at, text: str) -> int:
    """Where on the page a text stands, counted from the top."""
    texts = [str(getattr(node, "value", "")) for node in at.main]
    return next(place for place, value in enumerate(texts) if text in value)


def test_empty_form_gets_an_honest_answer(open_app) -> None:
    """With nothing told there is no all-clear: a level above home care, a next step, and no crash."""
    at = open_app("chat")
    assert not at.exception
    assert len(alerts(at)) == 1
    decision = visit_of(at).assessment.decision
    assert decision.urgency.rank > Urgency.SELF_CARE.rank
    assert plain(decision.next_step) in alerts(at)[0].value


def test_banner_stands_above_the_answer(open_app) -> None:
    """How soon to act comes first on the page, then what was told, then the text."""
    at = open_app("symptoms")
    widget(at.number_input, "child.months").set_value(9).run()
    widget(at.pills, "symptom.usual").set_value(["blisters"]).run()
    at = press(at, "결과 보기")
    banner, heading = alerts(at)[0].value, translate(Lang.KO, "What it could be")
    assert place_of(at, banner) < place_of(at, "물집") < place_of(at, f"### {heading}")
    assert any(fold.label == "출처" for fold in at.expander)
    assert any("의료진 검토 전" in item.value for item in at.markdown)


def test_danger_gives_the_number_to_call(open_app) -> None:
    """A danger sign ends in a red banner with a number that can be tapped."""
    at = open_app("symptoms")
    widget(at.number_input, "child.temperature").set_value(39.0).run()
    widget(at.segmented_control, "danger.does_not_fade").set_value(Answer.YES).run()
    at = press(at, "결과 보기")
    assert visit_of(at).urgency is Urgency.EMERGENCY
    assert "119" in at.error[0].value
    assert at.link_button[0].url == "tel:119"


def test_follow_up_is_answered_in_the_conversation(open_app) -> None:
    """A typed question and its answer join the conversation, and chips offer the next ones."""
    at = open_app("chat")
    at.chat_input[0].set_value("집에서 어떻게 돌봐요?").run()
    assert not at.exception
    assert [turn.role for turn in visit_of(at).turns] == [Role.PARENT, Role.ASSISTANT]
    assert at.chat_message[0].text[0].value == "집에서 어떻게 돌봐요?"
    assert [item for item in at.button if item.key and item.key.startswith("chat.suggestion.")]


def test_chip_asks_its_question(open_app) -> None:
    """One tap asks, and the chip that was used is not offered again."""
    at = open_app("chat")
    chip = widget(at.button, "chat.suggestion.0").label
    at = press(at, chip)
    assert visit_of(at).turns[0].text == chip
    assert chip not in {item.label for item in at.button}


def test_message_can_raise_the_banner(open_app) -> None:
    """Danger told in the conversation turns the banner red, and it stays after calmer messages."""
    at = open_app("chat")
    assert not at.error
    at.chat_input[0].set_value("갑자기 경련을 하고 입술이 파래졌어요").run()
    assert visit_of(at).urgency is Urgency.EMERGENCY
    assert "119" in at.error[0].value
    at.chat_input[0].set_value("고마워요").run()
    assert at.error


def test_message_is_shown_as_typed(open_app) -> None:
    """Tags, formulas and Markdown in a message do nothing."""
    words = "**b** $x$ <script>alert(1)</script> [a](b) 😀"
    at = open_app("chat")
    at.chat_input[0].set_value(words).run()
    assert not at.exception
    assert at.chat_message[0].text[0].value == words


def test_photo_can_be_sent_in_the_conversation(open_app, skin_photo) -> None:
    """It is shown with the message and counts from then on; the answer above stays."""
    at = open_app("chat")
    before = visit_of(at).assessment
    at.chat_input[0].upload("b.jpg", skin_photo, "image/jpeg").run()
    assert not at.exception
    assert len(visit_of(at).photos) == 1
    assert visit_of(at).turns[0].text == "사진을 추가했어요. 함께 봐 주세요."
    assert visit_of(at).assessment.text == before.text
    assert len(at.chat_message[0].get("image")) == 1
    again = open_app("chat", case=visit_of(at).token)
    assert len(again.chat_message[0].get("image")) == 1


def test_refused_photo_in_the_conversation_is_told(open_app) -> None:
    """The reason is shown, and the words sent with it are still answered."""
    at = open_app("chat")
    at.chat_input[0].upload("b.jpg", b"text", "image/jpeg").set_value("이건요?").run()
    assert any("사진으로 열 수 없는" in item.value for item in at.error)
    assert visit_of(at).turns[0].text == "이건요?"
    assert visit_of(at).photos == ()


def test_language_can_be_switched_midway(open_app) -> None:
    """Labels and the answer change language; the conversation stays as it was said."""
    at = open_app("chat")
    at.chat_input[0].set_value("집에서 어떻게 돌봐요?").run()
    said = visit_of(at).turns
    at = press(at, "English")
    assert not at.exception
    assert visit_of(at).assessment.lang is Lang.EN
    assert visit_of(at).turns == said
    assert {"1 Photo", "2 Symptoms", "3 Advice"} <= {item.label for item in at.button}


def test_changed_symptoms_bring_a_new_answer(open_app) -> None:
    """Going back and telling more is answered anew; the conversation stays."""
    at = open_app("chat")
    at.chat_input[0].set_value("옮나요?").run()
    first = visit_of(at).assessment.text
    at = go(at, 2)
    widget(at.pills, "symptom.usual").set_value(["blisters"]).run()
    at = press(at, "결과 보기")
    assert visit_of(at).assessment.text != first
    assert len(visit_of(at).turns) == 2


def test_stopped_answer_is_kept_and_can_be_had_whole(open_app) -> None:
    """What was streamed before Stop is shown with a mark, and one button brings the rest."""
    at = open_app("symptoms")
    visit_of(at).keep_assessing("**오늘 진료를 받으세요.**\n\n여기까지")
    at = go(at, 3)
    assert any(item.value == "여기까지\n\n_(멈춤)_" for item in at.markdown)
    at = press(at, "답변 끝까지 보기")
    assert visit_of(at).assessment is not None


def test_photo_is_part_of_the_answer(open_app, skin_photo) -> None:
    """A photo from step 1 is looked at, and shown small above the answer."""
    at = upload(open_app(), ("a.jpg", skin_photo))
    at = go(at, 3)
    assert not at.exception
    assert visit_of(at).assessment.vision is not None or visit_of(at).assessment.dropped


def test_where_the_model_looked_is_shown_only_on_request(open_app, skin_photo) -> None:
    """With a hint of a condition there is a switch; the picture and its limits come once it is on."""
    at = go(upload(open_app(), ("a.jpg", skin_photo)), 3)
    hint = VisionResult(in_scope=True, is_skin=True, probabilities={"mpox": 1.0}, prediction_set=("mpox",))
    visit_of(at).assessment = replace(visit_of(at).assessment, vision=hint)
    at.run()
    shown = len(at.image)
    assert not any("하얀 선 안" in item.value for item in at.caption)
    widget(at.toggle, "chat.evidence").set_value(True).run()
    assert not at.exception
    assert len(at.image) == shown + 1
    assert any("하얀 선 안" in item.value and "아픈 곳을 표시한 것은 아니고" in item.value for item in at.caption)


def test_without_a_hint_there_is_nothing_to_show(open_app, skin_photo) -> None:
    """No photo, or a photo without a hint, brings no switch."""
    assert not [item for item in open_app("chat").toggle if "chat.evidence" in item.key]
    at = go(upload(open_app(), ("a.jpg", skin_photo)), 3)
    visit_of(at).assessment = replace(visit_of(at).assessment, vision=VisionResult(in_scope=False, is_skin=True))
    at.run()
    assert not [item for item in at.toggle if "chat.evidence" in item.key]


def test_misunderstood_message_can_be_taken_back(open_app) -> None:
    """Danger told in the conversation raises the banner; only taking it back lowers it again."""
    at = open_app("symptoms")
    widget(at.multiselect, "symptom.search").set_value(["dry_skin"]).run()
    at = go(at, 3)
    at.chat_input[0].set_value("지금 경련해요").run()
    assert visit_of(at).urgency is Urgency.EMERGENCY
    at.chat_input[0].set_value("아니에요 괜찮아요").run()
    assert visit_of(at).urgency is Urgency.EMERGENCY
    chips = next(item for item in at.pills if item.key.startswith("found."))
    chips.set_value([name for name in chips.value if name not in {"seizure", "fit"}]).run()
    assert visit_of(at).urgency is not Urgency.EMERGENCY
    assert {"seizure", "fit"} & {correction.fact for correction in visit_of(at).report.corrected}


def test_danger_told_again_after_it_was_taken_back_raises_the_banner(open_app) -> None:
    """A correction is about the words so far; a seizure told later is heard, and its chip stands again."""
    at = open_app("symptoms")
    widget(at.text_area, "child.words").set_value("아이가 경련을 해요").run()
    chips = next(item for item in at.pills if item.key.startswith("found."))
    chips.set_value([name for name in chips.value if name not in {"seizure", "fit"}]).run()
    at = go(at, 3)
    assert visit_of(at).urgency is not Urgency.EMERGENCY
    at.chat_input[0].set_value("지금 진짜 경련해요").run()
    assert visit_of(at).urgency is Urgency.EMERGENCY
    chips = next(item for item in at.pills if item.key.startswith("found."))
    assert {"seizure", "fit"} & set(chips.value)


def test_numbers_follow_the_chosen_country(open_app) -> None:
    """A Korean parent in the UK is told to call 999."""
    at = open_app("symptoms")
    widget(at.multiselect, "symptom.search").set_value(["seizure"]).run()
    at = go(at, 3)
    assert at.link_button[0].url == "tel:119"
    widget(at.radio, "place.country").set_value("uk").run()
    assert at.link_button[0].url == "tel:999"
    assert "999" in at.error[0].value
    assert visit_of(at).country == "uk"


def correct(at, name: str, value: object):
    """The page after one number was changed beside the answer and saved."""
    at = press(at, "고치기")
    widget(at.number_input, name).set_value(value).run()
    return press(at, "저장하고 다시 보기")


def test_changed_fact_changes_the_answer_and_says_how(open_app) -> None:
    """A temperature put right beside the answer lowers how soon to act; both levels and the old answer stay in view."""
    at = open_app("symptoms")
    widget(at.number_input, "child.months").set_value(2).run()
    widget(at.number_input, "child.temperature").set_value(39.0).run()
    at = go(at, 3)
    before = visit_of(at).assessment
    assert visit_of(at).urgency is Urgency.EMERGENCY
    at = correct(at, "child.temperature", 36.8)
    assert not at.exception
    assert visit_of(at).urgency.rank < before.decision.urgency.rank
    card = next(item.value for item in at.markdown if "진료 시기" in item.value)
    assert translate(Lang.KO, "Emergency: act now") in card
    heading = translate(Lang.KO, "What it could be")
    assert place_of(at, "고친 뒤 이렇게 달라졌어요") < place_of(at, f"### {heading}")
    assert any(fold.label.startswith("이전 답변 1") for fold in at.expander)
    assert visit_of(at).earlier[0].assessment == before


def test_danger_of_the_conversation_outlives_a_changed_fact(open_app) -> None:
    """A seizure told in a message keeps the banner red when the temperature is put right, and the card says why."""
    at = open_app("symptoms")
    widget(at.number_input, "child.temperature").set_value(39.0).run()
    at = go(at, 3)
    at.chat_input[0].set_value("지금 경련해요").run()
    at = correct(at, "child.temperature", 36.8)
    assert visit_of(at).urgency is Urgency.EMERGENCY
    assert at.error
    assert any("다른 이유가 그대로" in item.value for item in at.markdown)


def test_changes_that_are_left_change_nothing(open_app) -> None:
    """What was tapped and not saved is forgotten, here and in the form."""
    at = open_app("symptoms")
    widget(at.number_input, "child.months").set_value(9).run()
    at = go(at, 3)
    before = visit_of(at).assessment
    at = press(at, "고치기")
    widget(at.number_input, "child.months").set_value(1).run()
    widget(at.pills, "symptom.usual").set_value(["blisters"]).run()
    at = press(at, "그대로 두기")
    assert visit_of(at).assessment is before
    at = press(at, "고치기")
    widget(at.number_input, "child.months").set_value(1).run()
    at = go(at, 2)
    assert widget(at.number_input, "child.months").value == 9
    assert visit_of(at).report.age_months == 9
    assert not visit_of(at).report.symptoms


def test_danger_tapped_beside_the_answer_is_told_before_it_is_saved(open_app) -> None:
    """Nobody fills in the rest first."""
    at = open_app("symptoms")
    widget(at.number_input, "child.months").set_value(9).run()
    at = go(at, 3)
    at = press(at, "고치기")
    widget(at.number_input, "child.temperature").set_value(39.0).run()
    widget(at.segmented_control, "danger.does_not_fade").set_value(Answer.YES).run()
    assert "119" in at.error[0].value
    assert visit_of(at).urgency is not Urgency.EMERGENCY
    at = press(at, "저장하고 다시 보기")
    assert visit_of(at).urgency is Urgency.EMERGENCY


def test_thumb_down_asks_why_and_operators_see_counts(open_app) -> None:
    """Reasons join the visit; words are asked for only where they may be kept; the about page counts."""
    at = open_app("chat")
    at.feedback[0].set_value(0).run()
    reasons = widget(at.pills, "opinion.reasons")
    reasons.set_value([Reason.TOO_LONG, Reason.OTHER]).run()
    assert visit_of(at).opinions["assessment"].reasons == (Reason.TOO_LONG, Reason.OTHER)
    assert not [item for item in at.text_input if item.key and item.key.startswith("opinion.")]
    visit_of(at).consent = Consent(keep_words=True)
    widget(at.run().text_input, "opinion.words").set_value("말이 많아요").run()
    assert visit_of(at).opinions["assessment"].words == "말이 많아요"
    at = at.switch_page("pages/about.py").run()
    assert not at.exception
    assert any("너무 길어요: 1" in item.value for item in at.markdown)


def test_composed_answers_offer_no_other_words(open_app) -> None:
    """Without a language model the same question brings the same words, so nothing promises others."""
    at = open_app("chat")
    at.chat_input[0].set_value("옮나요?").run()
    assert "다른 말로 다시 듣기" not in {item.label for item in at.button}


def test_other_words_take_the_place_of_the_last_reply(open_app, monkeypatch) -> None:
    """With a language model both answers can be had in other words; nothing else of the visit changes."""
    settings = replace(resources().settings, openai_base_url="http://127.0.0.1:9/v1")
    monkeypatch.setattr(resources(), "settings", settings)
    at = open_app("chat")
    at.chat_input[0].set_value("옮나요?").run()
    first = visit_of(at).assessment
    *_, last = (item for item in at.button if item.label == "다른 말로 다시 듣기")
    at = last.click().run()
    assert [turn.role for turn in visit_of(at).turns] == [Role.PARENT, Role.ASSISTANT]
    assert visit_of(at).assessment is first
    at = press(at, "다른 말로 다시 듣기")
    assert not at.exception
    assert visit_of(at).assessment is not first
    assert visit_of(at).urgency is first.decision.urgency

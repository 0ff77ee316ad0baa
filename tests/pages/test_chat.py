"""Step 3: the answer and the conversation."""

from __future__ import annotations

from components.i18n import plain
from core.messages import translate
from core.types import Answer, Lang, Role, Urgency
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
    assert {"seizure", "fit"} & set(visit_of(at).report.corrected)


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

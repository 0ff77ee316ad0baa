"""The frame: addresses, refresh, two tabs, languages, starting over."""

from __future__ import annotations

import pytest
import streamlit as st

from core.errors import SettingsInvalid
from core.messages import translate
from core.types import Lang
from tests.pages.screen import go, press, title, upload, visit_of, widget


def test_address_carries_a_token_and_nothing_else(open_app) -> None:
    """The address names the visit and holds no answer."""
    at = open_app("symptoms")
    widget(at.number_input, "child.months").set_value(9).run()
    assert dict(at.query_params) == {"case": visit_of(at).token}


def test_refresh_loses_nothing(open_app, skin_photo) -> None:
    """A fresh connection with the address brings back photo, answers, result and conversation."""
    at = upload(open_app(), ("a.jpg", skin_photo))
    at = go(at, 2)
    widget(at.number_input, "child.months").set_value(9).run()
    widget(at.text_area, "child.words").set_value("어제부터요").run()
    at = press(at, "결과 보기")
    at.chat_input[0].set_value("옮나요?").run()
    before = visit_of(at)
    back = visit_of(open_app("chat", case=before.token))
    assert back.draft == before.draft
    assert len(back.turns) == 2


def test_language_is_kept_with_the_visit(open_app) -> None:
    """A visit switched to English comes back in English in a Korean browser."""
    at = press(open_app(), "English")
    assert title(at) == "Show us the skin"
    at = go(at, 2)
    widget(at.number_input, "child.months").set_value(9).run()
    assert title(open_app(case=visit_of(at).token)) == "Show us the skin"


def test_english_browser_sees_english(open_app) -> None:
    """The browser's language is the first one shown, and tells the page's language."""
    at = open_app(locale="en-GB")
    assert visit_of(at).lang is Lang.EN
    assert any("lang = 'en'" in item.value for item in at.html)


def test_two_tabs_are_two_visits(open_app) -> None:
    """What is told in one tab is not in the other."""
    one, other = open_app("symptoms"), open_app("symptoms")
    widget(one.number_input, "child.months").set_value(9).run()
    assert visit_of(one).token != visit_of(other).token
    assert visit_of(other.run()).report.age_months is None


def test_token_that_was_never_given_is_not_taken_over(open_app) -> None:
    """Somebody who sends a link with a token of their own cannot read along."""
    made_up = "chosen-by-somebody-else"
    at = open_app(case=made_up)
    assert visit_of(at).token != made_up
    assert dict(at.query_params) == {"case": visit_of(at).token}


def test_start_over_deletes_the_visit(open_app) -> None:
    """After a warning, one button leaves nothing on screen, in the store, or under the old address."""
    at = open_app("symptoms")
    widget(at.text_area, "child.words").set_value("어제부터요").run()
    token = visit_of(at).token
    assert any("되돌릴 수 없어요" in item.value for item in at.markdown)
    at = press(at, "모두 지우기")
    assert not at.exception
    assert title(at) == "아이 피부를 보여 주세요"
    assert visit_of(at).token != token
    assert visit_of(at).report.free_text == ""
    assert visit_of(open_app(case=token)).report.free_text == ""


def test_steps_can_be_taken_in_any_order(open_app) -> None:
    """The step bar leads everywhere from everywhere."""
    at = press(open_app(), "3 상담")
    at = press(at, "2 증상")
    assert title(at) == "아이 상태를 알려 주세요"
    assert title(press(at, "1 사진")) == "아이 피부를 보여 주세요"


def test_wrong_setting_ends_in_a_plain_sentence(open_app, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator's mistake shows parents where to call, in their language, and no trace."""
    st.cache_resource.clear()
    monkeypatch.setenv("MOCHICARE_THREADS", "many")
    at = open_app(case="some-token")
    assert not at.exception
    assert at.error[0].value == translate(Lang.KO, SettingsInvalid.user_message)
    assert "119" in at.warning[0].value

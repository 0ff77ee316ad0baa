"""Browsing, searching and the map."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.screen import press, title, visit_of, widget


@pytest.fixture
def open_knowledge(open_app):
    """Opens the page of all articles, or one article by its address."""

    def opened(locale: str = "ko-KR", article: str | None = None) -> AppTest:
        at = open_app(locale=locale)
        if article is not None:
            at.query_params["article"] = article
        at = at.switch_page("pages/knowledge.py").run()
        assert not at.exception
        return at

    return opened


def labels(at: AppTest) -> list[str]:
    """What the buttons say."""
    return [button.label.replace("\\", "") for button in at.button]


def search(at: AppTest, typed: str) -> AppTest:
    """The page after words were typed into the search box."""
    at = widget(at.text_input, "knowledge.search").set_value(typed).run()
    assert not at.exception
    return at


@pytest.mark.parametrize(
    ("locale", "chickenpox", "bathing"), [("ko-KR", "수두", "목욕"), ("en-GB", "Chickenpox", "Bathing")]
)
def test_every_article_is_in_the_list(open_knowledge, locale, chickenpox, bathing) -> None:
    """All conditions and general articles can be opened, by name in the parent's language."""
    at = open_knowledge(locale)
    listed = [button for button in at.button if button.key.startswith("read.list.")]
    assert len(listed) == len({button.key.rpartition(".")[2] for button in listed}) >= 91 + 18
    assert {chickenpox, bathing} <= set(labels(at))


def test_name_opens_the_article_and_the_way_back_is_there(open_knowledge) -> None:
    """A tap on a name shows the article whole under an address of its own; another leads back to the list."""
    at = press(open_knowledge(), "수두")
    assert title(at) == "수두"
    assert at.query_params["article"] == "chickenpox"
    assert at.query_params["case"] == visit_of(at).token
    at = at.button(key="back.top").click().run()
    assert title(at) == "질환과 돌봄 정보"
    assert "article" not in at.query_params


def test_look_alike_leads_to_the_other_article(open_knowledge) -> None:
    """A tap on a look-alike opens its article."""
    at = press(press(open_knowledge("en-GB"), "Roseola"), "Measles")
    assert title(at) == "Measles"


def test_unknown_article_shows_the_list(open_knowledge) -> None:
    """An address that names no article is no fault."""
    assert title(open_knowledge(article="../etc")) == "질환과 돌봄 정보"


@pytest.mark.parametrize(
    ("locale", "typed", "name"),
    [
        ("ko-KR", "열꽃", "돌발진"),
        ("en-GB", "열꽃", "Roseola"),
        ("ko-KR", "hfmd", "수족구병"),
        ("en-GB", "blisters on hands and feet and sores in the mouth", "Hand, foot and mouth disease"),
    ],
)
def test_search_finds_by_name_and_by_what_is_seen(open_knowledge, locale, typed, name) -> None:
    """Names, synonyms and plain descriptions lead to the article, in either language on either screen."""
    assert name in labels(search(open_knowledge(locale), typed))


@pytest.mark.parametrize("typed", ["🙂🙂", "日本語の発疹です", "asdfgh qwerty", "?" * 5_000])
def test_search_that_finds_nothing_says_what_to_try(open_knowledge, typed) -> None:
    """Words that fit nothing give a hint, no article and no error."""
    at = search(open_knowledge(), typed)
    assert not [button for button in at.button if button.key.startswith("read.")]
    assert any("찾지 못했어요" in item.value for item in at.info)


def test_danger_typed_into_the_search_is_answered_first(open_knowledge) -> None:
    """A parent who types an emergency is told to call before reading on; who types a name is not."""
    at = search(open_knowledge(), "아이가 숨을 헐떡이고 축 처져요")
    assert any("응급" in item.value for item in at.error)
    assert not search(open_knowledge(), "땀띠").error


@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_map_says_the_same_in_words(open_knowledge, locale) -> None:
    """Below the map stand close pairs with their question; picking an article by name shows what is close to it."""
    at = open_knowledge(locale)
    at = widget(at.segmented_control, "knowledge.view").set_value("Map").run()
    assert not at.exception
    assert len([button for button in at.button if button.key.startswith("read.")]) > 20
    at = widget(at.selectbox, "map.article").set_value("eczema_infected").run()
    assert not at.exception
    near = [button.key for button in at.button if button.key.startswith("read.eczema_infected-")]
    assert any(key.endswith(".atopic_eczema") for key in near)

"""An article as it stands on screen, and the map's picture of all of them."""

# ruff: noqa: PLC0415 (AppTest runs a page function by its source, away from this file's imports)

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.article import SOON
from components.knowledge_map import _LOOKS, _is_over, _labels
from core.articles import GENERAL
from core.knowledge import KnowledgeBase, load_knowledge
from core.types import Lang, Urgency

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    """The real knowledge base."""
    return load_knowledge(ROOT / "kb")


def page(name: str, lang: str, country: str, review: str | None) -> None:
    """Draws one article."""
    from dataclasses import replace
    from pathlib import Path

    from components.article import article_page
    from components.opening import open_visit
    from core.knowledge import load_knowledge

    open_visit(lambda _token: None, lang)
    knowledge = load_knowledge(Path("kb"))
    article = knowledge.article(name)
    if review is not None:
        article = replace(article, review=review)
    article_page(article, knowledge, knowledge.countries[country], lang)


def drawn(name: str, lang: Lang, country: str = "kr", review: str | None = None) -> AppTest:
    """The article on a page of its own."""
    at = AppTest.from_function(page, args=(name, lang, country, review), default_timeout=60).run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    """All text on the page, without the signs that keep Markdown from acting."""
    kinds = (at.title, at.subheader, at.markdown, at.caption, at.error, at.info)
    return "\n".join(item.value for kind in kinds for item in kind).replace("\\", "")


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", ["roseola", "meningococcal_disease", "steroid_creams"])
def test_article_is_shown_whole(knowledge, name, lang) -> None:
    """Every sentence of every section stands on the page, in the language asked for."""
    text, place = words(drawn(name, lang)), knowledge.countries["kr"]
    sentences = [s for passage in knowledge.article(name).passages[lang] for s in passage.sentences]
    assert [s.text for s in sentences if place.say(s.text, lang) not in text] == []


def test_each_sentence_leads_to_its_source(knowledge) -> None:
    """Each sentence carries the number of its source as a link to it, or says that it is general knowledge."""
    at = drawn("roseola", Lang.EN)
    lines = [line for item in (*at.markdown, *at.error) for line in item.value.replace("\\", "").splitlines()]
    for passage in knowledge.conditions["roseola"].passages[Lang.EN]:
        for sentence in passage.sentences:
            line = next(line for line in lines if knowledge.countries["kr"].say(sentence.text, Lang.EN) in line)
            if sentence.source == GENERAL:
                assert line.endswith("_(general knowledge)_")
            else:
                assert f"]({knowledge.sources[sentence.source].url}" in line


@pytest.mark.parametrize("lang", list(Lang))
def test_danger_stands_before_the_rest(lang) -> None:
    """When to call an ambulance and when to see a doctor follow at once upon what it is."""
    headings = [item.anchor for item in drawn("roseola", lang).subheader]
    assert headings[:3] == ["summary", "call_119", "see_doctor"]


def test_numbers_are_those_of_the_country() -> None:
    """A Korean-speaking parent in the UK is told to call 999, in the heading too."""
    text = re.sub(r"\]\([^)]*\)|^\d+\. .*$", "", words(drawn("roseola", Lang.KO, "uk")), flags=re.MULTILINE)
    assert "999" in text
    assert "119" not in text


def test_review_mark_tells_who_reviewed() -> None:
    """An article that nobody reviewed says so; one that was reviewed says by whom."""
    assert "Not yet reviewed by a clinician" in words(drawn("roseola", Lang.EN))
    text = words(drawn("roseola", Lang.EN, review="Dr A. Example, 2026-11-01"))
    assert "Not yet reviewed" not in text
    assert "Dr A. Example, 2026-11-01" in text


def test_look_alikes_show_the_question_and_what_yes_means(knowledge) -> None:
    """Each look-alike can be opened, with the question that separates the two and where a yes points."""
    at = drawn("roseola", Lang.KO)
    text = words(at)
    for other, question in knowledge.conditions["roseola"].look_alikes.items():
        assert question[Lang.KO] in text
        assert any(button.key.endswith(f".{other}") for button in at.button)
    assert f"라면 **{knowledge.conditions['measles'].names[Lang.KO]}** 쪽" in text


@pytest.mark.parametrize("lang", list(Lang))
def test_how_soon_is_said_in_words(lang) -> None:
    """No two urgencies share their words or sign, in lists and on the map, so that colour is never needed."""
    assert len({soon.text for soon in SOON.values()}) == len({soon.icon for soon in SOON.values()}) == len(Urgency)
    assert len({shape for _colour, shape, _sign in _LOOKS.values()}) == len(_LOOKS)
    assert any("°C" not in item.value and item.value for item in drawn("meningococcal_disease", lang).info)


def test_names_on_the_map_cover_nothing() -> None:
    """Names are left out rather than drawn over another or over a point; the picked one's is always there."""
    spots = [(i % 6 / 5, i // 6 / 10) for i in range(60)]
    points = [{"id": str(i), "name": "손톱주위염", "x": x, "y": y, "opacity": 1} for i, (x, y) in enumerate(spots)]
    labels = _labels(points, None)
    assert 0 < len(labels) < len(points)
    assert not any(_is_over(one, other) for one in labels for other in (*labels, *points) if one["id"] != other["id"])
    assert "59" in {label["id"] for label in _labels(points[::-1], "59")}

"""What the app says about itself."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("locale", "words"), [("ko-KR", ["진단", "119", "미국"]), ("en-GB", ["diagnosis", "999", "United"])]
)
def test_about_says_what_it_is_not_and_where_to_call(open_app, locale: str, words: list[str]) -> None:
    """Not a diagnosis, the emergency numbers, and where data may go stand on the page in both languages."""
    at = open_app(locale=locale).switch_page("pages/about.py").run()
    assert not at.exception
    text = "\n".join(item.value for item in (*at.markdown, *at.info))
    assert [word for word in words if word not in text] == []

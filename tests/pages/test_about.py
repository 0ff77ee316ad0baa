"""What the app says about itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.resources import resources
from core.spending import Usage


@pytest.mark.parametrize(
    ("locale", "words"), [("ko-KR", ["진단", "119", "미국"]), ("en-GB", ["diagnosis", "999", "United"])]
)
def test_about_says_what_it_is_not_and_where_to_call(open_app, locale: str, words: list[str]) -> None:
    """Not a diagnosis, the emergency numbers, and where data may go stand on the page in both languages."""
    at = open_app(locale=locale).switch_page("pages/about.py").run()
    assert not at.exception
    text = "\n".join(item.value for item in (*at.markdown, *at.info))
    assert [word for word in words if word not in text] == []


def test_operators_see_what_the_language_model_used(open_app, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls and tokens of the last days; the cost only where prices are set."""
    at = open_app()
    resources().store.add_usage(Usage(model="scripted", calls=3, sent=1_500_000, received=500_000))
    at = at.switch_page("pages/about.py").run()
    told = [item.value for item in at.markdown]
    assert any("`scripted`, 최근 30일: 요청 3건, 보낸 토큰 약 1,500,000개" in text for text in told)
    assert not any("단가" in text for text in told)
    monkeypatch.setattr(resources(), "settings", replace(resources().settings, price_in=2.0, price_out=8.0))
    assert any("약 7.00이에요" in item.value for item in at.run().markdown)

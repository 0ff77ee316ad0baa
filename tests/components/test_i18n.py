"""Languages and literal text."""

# ruff: noqa: PLC0415 (AppTest runs a page function by its source, away from this file's imports)

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.i18n import language_of, plain
from core.types import Lang


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("ko-KR", Lang.KO), ("ko", Lang.KO), (None, Lang.KO), ("", Lang.KO), ("en-GB", Lang.EN), ("fr-FR", Lang.EN)],
)
def test_browser_chooses_the_first_language(locale: str | None, lang: Lang) -> None:
    """Korean for Korean browsers and for those that tell nothing, English for all others."""
    assert language_of(locale) is lang


def test_plain_text_survives_markdown() -> None:
    """Streamlit shows text made plain exactly as it was typed: no bold, formula, link, colour, icon or tag."""

    def page() -> None:
        import streamlit

        from components.i18n import plain

        streamlit.markdown(plain("**b** $x$ <b>t</b> [a](b) :red[r] :smile: `c` # h"))

    at = AppTest.from_function(page).run()
    unescaped = at.markdown[0].value.replace("\\", "")
    assert unescaped == "**b** $x$ <b>t</b> [a](b) :red[r] :smile: `c` # h"
    assert plain("$") == "\\$"

"""How soon to act, as it stands on screen."""

# ruff: noqa: PLC0415 (AppTest runs a page function by its source, away from this file's imports)

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.types import Lang, Urgency


def banner_page(urgency: str, country: str, lang: str) -> None:
    """Draws one banner."""
    import tomllib
    from pathlib import Path

    from components.opening import open_visit
    from components.urgency_banner import urgency_banner
    from core.countries import load_countries
    from core.types import UrgencyDecision

    open_visit(lambda _token: None, lang)
    kb = Path("kb")
    countries = load_countries(kb, tomllib.loads((kb / "sources.toml").read_text(encoding="utf-8"))["source"])
    urgency_banner(UrgencyDecision(urgency=urgency, next_step="Ring **now** for $5"), countries[country], lang)


def drawn(urgency: Urgency, lang: Lang, country: str = "kr") -> AppTest:
    """The banner on a page of its own."""
    at = AppTest.from_function(banner_page, args=(urgency, country, lang)).run()
    assert not at.exception
    return at


@pytest.mark.parametrize(
    ("urgency", "kind"),
    [
        (Urgency.EMERGENCY, "error"),
        (Urgency.URGENT_SAME_DAY, "warning"),
        (Urgency.SOON_24H, "warning"),
        (Urgency.ROUTINE, "info"),
        (Urgency.SELF_CARE, "success"),
    ],
)
@pytest.mark.parametrize("lang", list(Lang))
def test_level_has_colour_sign_and_words(urgency: Urgency, kind: str, lang: Lang) -> None:
    """Each level has its colour, an icon and a heading; the next step is shown as it is written."""
    alert = getattr(drawn(urgency, lang), kind)[0]
    assert alert.icon.startswith(":material/")
    heading, step = alert.value.split("\n\n")
    assert heading.startswith("### ")
    assert step == r"Ring \*\*now\*\* for \$5"


@pytest.mark.parametrize("lang", list(Lang))
def test_levels_differ_in_words(lang: Lang) -> None:
    """No two levels share a heading, so that colour is never needed to tell them apart."""
    page = [drawn(urgency, lang) for urgency in Urgency]
    headings = {(at.error or at.warning or at.info or at.success)[0].value.split("\n")[0] for at in page}
    assert len(headings) == len(Urgency)


@pytest.mark.parametrize(
    ("country", "lang", "urgency", "addresses"),
    [
        ("kr", Lang.KO, Urgency.EMERGENCY, ["tel:119"]),
        ("kr", Lang.EN, Urgency.EMERGENCY, ["tel:119"]),
        ("uk", Lang.KO, Urgency.EMERGENCY, ["tel:999"]),
        ("us", Lang.EN, Urgency.EMERGENCY, ["tel:911"]),
        ("anywhere", Lang.EN, Urgency.EMERGENCY, ["tel:119", "tel:999", "tel:911"]),
        ("kr", Lang.KO, Urgency.URGENT_SAME_DAY, ["tel:119", "https://www.e-gen.or.kr/moonlight/main.do"]),
        ("uk", Lang.EN, Urgency.URGENT_SAME_DAY, ["tel:111"]),
        ("us", Lang.EN, Urgency.URGENT_SAME_DAY, []),
        ("kr", Lang.KO, Urgency.ROUTINE, []),
    ],
)
def test_numbers_of_the_country_can_be_tapped(country: str, lang: Lang, urgency: Urgency, addresses: list[str]) -> None:
    """Urgent levels offer the parent's country's numbers, and in Korea the night clinics; calm ones none."""
    assert [link.url for link in drawn(urgency, lang, country).link_button] == addresses

"""How soon to act, as it stands on screen."""

# ruff: noqa: PLC0415 (AppTest runs a page function by its source, away from this file's imports)

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.types import Lang, Urgency


def banner_page(urgency: str, lang: str) -> None:
    """Draws one banner."""
    from components.session import open_visit
    from components.urgency_banner import urgency_banner
    from core.types import UrgencyDecision

    open_visit(lambda _token: None, lang)
    urgency_banner(UrgencyDecision(urgency=urgency, next_step="Ring **now** for $5"), lang)


def drawn(urgency: Urgency, lang: Lang) -> AppTest:
    """The banner on a page of its own."""
    at = AppTest.from_function(banner_page, args=(urgency, lang)).run()
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
    ("lang", "urgency", "numbers"),
    [
        (Lang.KO, Urgency.EMERGENCY, ["tel:119"]),
        (Lang.EN, Urgency.EMERGENCY, ["tel:119", "tel:999", "tel:911"]),
        (Lang.EN, Urgency.URGENT_SAME_DAY, ["tel:119", "tel:111"]),
        (Lang.KO, Urgency.ROUTINE, []),
    ],
)
def test_numbers_can_be_tapped(lang: Lang, urgency: Urgency, numbers: list[str]) -> None:
    """Urgent levels offer the numbers of the language's countries; calm ones none."""
    assert [link.url for link in drawn(urgency, lang).link_button] == numbers


def test_night_clinics_are_offered_at_night() -> None:
    """In Korean, a same-day case gets the advice line and the list of night clinics."""
    links = [link.url for link in drawn(Urgency.URGENT_SAME_DAY, Lang.KO).link_button]
    assert links[0] == "tel:119"
    assert links[1].startswith("https://www.e-gen.or.kr/")

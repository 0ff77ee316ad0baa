"""How long a nappy has been dry, in hours and by the clock."""

import pytest

from core.dry_hours import read_dry_hours
from core.phrases import fold

UNKNOWN = 36


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("기저귀 14시간째 마름. 장염", 14, 14),
        ("소변을 안 본 지 열한시간 됐어요", 11, 11),
        ("열두시간째 소변을 안 봐요", 12, UNKNOWN),
        ("점심 한시에 갈고 지금 밤 아홉시반인데 기저귀 안 젖음", 8.5, 8.5),
        ("마지막으로 기저귀 무거웠던 게 오후 2시, 지금 밤 11시 넘음", 9, 9),
        ("마지막 소변 저녁 7시, 지금 아침 7시", 12, 12),
        ("소변은 3시간 전에 봤어요", 3, 3),
        ("no wet nappy for 10 hours", 10, 10),
        ("nappy's been bone dry for ten hours", 10, UNKNOWN),
        ("last certain wet nappy about 15 hours ago", 15, 15),
        ("last wee at 7pm, now 8am", 13, 13),
        ("the same dry nappy on since 6 last night and it's gone 10am", 16, 16),
        ("last proper wee at 1 it's now ten past 10", 9, 21),
        ("hasn't eaten for 5 hours and no wet nappy all day", 5, UNKNOWN),
        ("no wet nappy since yesterday at 8am, it's now 10am", 2, UNKNOWN),
        ("last wee at ten past 1pm, it's now 10pm", 9, 9),
        ("소변은 새벽 4시 이후로 없고 지금 오후 2시", 10, 10),
        ("마지막 소변 13:00, 현재 22:00", 9, 9),
        ("its 4am last wet nappy was 8pm", 8, 8),
        ("did a wee on the potty just before midnight, its now half 8 in the morning", 8.5, 8.5),
        ("last time there was anything in his pampers was half 8 this morning, its nearly midnight", 15.5, 15.5),
        ("not had a wet nappy in like 6hrs", 6, 6),
        ("dont know if she is dehydrated no wet nappy for 12 hours", 12, 12),
        ("형은 괜찮은데 얘는 소변을 12시간째 안 봐요", 12, 12),
        ("his brother is fine but he has had no wet nappy for 12 hours", 12, 12),
        ("6개월 여아 소변 안본지 한 7시간 된거같은데", 7, 7),
        ("첫째때 10시간 소변 안봐서 입원했어요. 지금 둘째가 소변을 9시간째 안 봐요", 9, 9),
    ],
)
def test_hours_without_wee_are_counted(text: str, least: float, most: float) -> None:
    """Hours in digits and words, two times of day, and at least so many where they may be of something else too."""
    assert read_dry_hours(fold(text)) == (least, most)


@pytest.mark.parametrize(
    "text",
    [
        "기저귀 2시간마다 갈아요",
        "3시간 전에 토하고 소변을 안 봐요",
        "rash for 12 hours, wet nappies fine",
        "fever for 10 hours. nappies wet as usual",
        "no wet nappy since he vomited 3 hours ago",
        "2 hours old, nappy dry",
        "she had no wet nappy, vomited 3 hours ago",
        "hasn't had a wee, last feed 3 hours ago",
        "no wet nappy. threw up at 7pm, now 10pm",
        "nappies fine. fever began at 8am, it's now 8pm",
        "3시간 전에 토하고 소변 안 봤어요",
        "소변 안 보고 3시간 전에 토했어요",
        "병원에서 8시간 소변 없으면 다시 오라고 했어요",
        "leaflet says go back if no wee for 8 hrs",
        "she had a wee last night then a fit at 7pm, its now 9pm",
        "he did a wee and threw up at 7pm, its now 9pm",
        "its 9pm, last nappy at 7pm was dry",
        "last nappy at 7pm was bone dry, now 9pm",
        "마지막 기저귀 간 게 저녁 8시인데 안 젖어있었고 지금 밤 10시",
        "기저귀는 잘 젖어요. 아침 7시에 열이 시작해서 지금 밤 9시예요",
        "",
    ],
)
def test_other_hours_are_not_dry_hours(text: str) -> None:
    """How often it is changed, how old the baby is, how long something else lasts, what a leaflet warns of."""
    assert read_dry_hours(fold(text)) is None

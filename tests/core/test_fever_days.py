"""How long a fever has lasted, as parents count it."""

import pytest

from core.fever_days import read_fever_days
from core.phrases import fold


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("오늘이 열 여섯째날이에요 38.2에서 38.7 사이예요", 6),
        ("38.4~38.8 왔다갔다 오늘로 엿새째고 발등이 부었어요", 6),
        ("열이 화수목금토 계속 38도 중반이에요", 5),
        ("월요일부터 열이 나서 오늘 금요일인데 그대로예요", 5),
        ("열이 8일간 이어졌어요", 8),
        ("38.3 어제도 오늘도, 벌써 일주일", 7),
        ("6th night in a row my 3 year old is over 38", 6),
        ("A temp every single day since last Thursday and it's Wednesday", 7),
        ("have temperature 6 day, evening 38.5", 6),
        ("day 6 of the fever, still 39", 6),
        ("temp mon, tue, wed, thurs and fri, never under 38", 5),
        ("he's been running a temperature all week", 7),
        ("fever 102f for five days", 5),
        ("월 38.6 화 39.1 수 38.8 목 38.9 금 38.4 토(오늘) 38.7", 6),
        ("Thu 38.5, Fri 38.8, Sat 38.6, Sun 38.4, Mon 38.7, Tue (now) 38.5", 6),
        ("fever start last Tue, today Mon already still 38.4", 7),
        ("sun 39\nmon 39.4\ntue 38.7\nwed 39.2\nthu today 38.3\nis this normal", 5),
        ("since last Sunday every evening it is 38.4, 38.7, like that, today is Saturday", 7),
        ("열이 열하루째예요", 11),
        ("열 5일째인데 내일 병원 가도 되나요", 5),
        ("첫째는 괜찮았는데 얘는 열이 6일째예요", 6),
        ("his brother is fine but she has had a fever for 6 days", 6),
    ],
)
def test_days_of_fever_are_counted(text: str, days: int) -> None:
    """Ordinals, spans, weekdays that follow one another, and days since a weekday."""
    assert read_fever_days(fold(text)) == days


@pytest.mark.parametrize(
    "text",
    [
        "발진이 6일째인데 어제부터 열 38.5",
        "열은 없고 발진이 일주일째예요",
        "5일 전에 예방접종 맞고 어제 38도",
        "다섯째 아이인데 열이 38도예요",
        "지난달에 열이 6일 갔었어요",
        "5살이고 38도 열이 3일째",
        "생후 38일 아기, 딸꾹질이 5일째",
        "rash for 6 days, temp 38.2 since this morning",
        "temp 38, rash for a week",
        "no fever, rash for 7 days",
        "6 days old, temp 38",
        "fever 5 days ago, gone now",
        "fever of 38.5 for 3 days",
        "had a temp for six days last winter",
        "temp wed, mon, tue, fri, sun",
        "누나가 6일동안 고열로 고생하고 나았는데 동생이 오늘 처음 열나요 38도",
        "Big brother had this for 5 days w fever every night. Baby is on her 2nd day of fever",
        "is it 5 days of fever before you worry or 3?",
        "Day 5 of fever tomorrow",
        "열이 나요. 내일이면 5일째",
        "태어난 지 열이틀 됐는데 딸꾹질을 해요",
        "",
    ],
)
def test_other_days_are_not_days_of_fever(text: str) -> None:
    """A rash's days, an age, another child's or of a time long past, asked about, to come, too few, out of order."""
    assert read_fever_days(fold(text)) is None

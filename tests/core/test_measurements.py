"""Temperatures and ages as parents type them."""

import pytest

from core.measurements import read_age, read_breaths, read_course, read_temperature


@pytest.mark.parametrize(
    ("text", "celsius"),
    [
        ("39.2도", 39.2),
        ("38.5℃ 예요".replace("℃", "°c"), 38.5),
        ("열이 38,7도", 38.7),
        ("39도5부", 39.5),
        ("39도 반까지 올랐어요", 39.5),
        ("삼십구도 오부", 39.5),
        ("삼구도", 39.0),
        ("삼십팔점오도", 38.5),
        ("열 39.4 찍었어요", 39.4),
        ("어제 39.6도였는데 지금은 37.8도", 39.6),
        ("102f", 38.9),
        ("fever of 101", 38.3),
        ("temp 100.4", 38.0),
        ("it was 38.4 c", 38.4),
        ("체온 36.5", 36.5),
        ("39도 넘으면 응급실 가야 하나요", None),
        ("38도는 안 넘어요", None),
        ("목욕물 40도 물에 담갔어요", None),
        ("생후 38일", None),
        ("38 weeks pregnant", None),
        ("3도 화상", None),
        ("체온 55도", None),
        ("물집이 40개", None),
        ("38 degrees outside today", None),
        ("39,2 under arm", 39.2),
        ("reads 38·7", 38.7),
        ("39º".replace("º", "o"), 39.0),
        ("hit 40 last night", 40.0),
        ("temp 39 point 2", 39.2),
        ("thirty nine point 4", 39.4),
        ("39쩜5", 39.5),
        ("서른아홉도", 39.0),
        ("39넘어요", 39.0),
        ("39 넘으면 병원 가나요", None),
        ("제가 40 넘어서 낳은 아이예요", None),
        ("물 38,000원", None),
        ("hit 40 kg", None),
        ("목욕물을 39도로 받았어요", None),
        ("분유포트 40도로 맞춰놨어요", None),
        ("thirty eight point seven", 38.7),
        ("twin b is 35.4 armpit, 36.9 on twin a", 35.4),
        ("35.8 then 38.4", 38.4),
        ("", None),
    ],
)
def test_temperature_is_read_as_celsius(text, celsius):
    """Digits, Korean numerals, tenths and Fahrenheit are read; questions, limits and other numbers are not."""
    assert read_temperature(text) == celsius


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("생후 20일", 0.66),
        ("생후 3주 아기", 0.69),
        ("태어난지 2주 됐어요", 0.46),
        ("20일 된 아기", 0.66),
        ("8주 아기예요", 1.84),
        ("8개월", 8),
        ("8갤 아가", 8),
        ("두돌", 24),
        ("돌쟁이", 12),
        ("세 살 아이", 36),
        ("만 3세", 36),
        ("백일 된 아기", 3.29),
        ("첫째는 4살이고 둘째 2개월", 2),
        ("3 weeks old", 0.69),
        ("6-week-old", 1.38),
        ("17 hours old", 0.03),
        ("born 3am today", 0.03),
        ("태어난 지 20시간", 0.03),
        ("오늘 새벽 6시에 자연분만했어요", 0.03),
        ("10 day old", 0.33),
        ("18mo", 18),
        ("baby is 8 weeks, hot", 1.84),
        ("my 3 yr old", 36),
        ("2yo", 24),
        ("aged 4", 48),
        ("3주째 가려워해요", None),
        ("3개월 전부터", None),
        ("2개월 동안", None),
        ("for 3 months", None),
        ("3 weeks ago", None),
        ("형은 5살이에요", None),
        ("제가 임신 13주예요", None),
        ("i am 35 years old", None),
        ("3 years old, had them 2 months", 36),
        ("6 yrs old, been there 2 months", 72),
        ("son, 2 months, fever", 2),
        ("the new baby (2wks)", 0.46),
        ("두달 반 된 아가", 2),
        ("어젯밤에 낳아서 이제 15시간 됐는데", 0.03),
        ("born at 6 this morning", 0.03),
        ("bcg 맞은지 5주됐는데", None),
        ("my bb 16 days got one bubble", 0.53),
        ("해산한 지 스무날 됐습니다", 0.66),
        ("had him at 4am this morning", 0.03),
        ("gave birth last night", 0.03),
        ("열한 살이에요", 132),
        ("5 month, fever since evening", 5),
        ("11 wks, fever", 2.53),
        ("6 weeks boy with spots", 1.38),
        ("5 and a half months", 5),
        ("born 3 weeks ago", 0.69),
        ("newborn, 6 days", 0.2),
        ("day 9 of life", 0.3),
        ("7m, rash", 7),
        ("쌍둥이 둘 다 10주, 잘 먹고 잘 커요", 2.3),
        ("47일차 아기", 1.54),
        ("6달 아기", 6),
        ("girls are 16 days, no spots", 0.53),
        ("쌍둥이 19일차예요", 0.62),
        ("dd 10/52, term", 2.3),
        ("home birth 4.10 this morning", 0.03),
        ("열 12일차", None),
        ("rash 6 weeks, itchy", None),
        ("약 바른지 3주.", None),
        ("지금 3주, 그대로예요", None),
        ("day 5 of fever", None),
        ("", None),
    ],
)
def test_age_is_read_in_months(text, months):
    """The child's age is read; how long something lasts, and the age of others, are not."""
    assert read_age(text) == months


@pytest.mark.parametrize(
    ("text", "breaths"),
    [
        ("가슴 오르내림 30초에 37회, 수면 중", 74),
        ("숨을 1분에 62번 쉬어요", 62),
        ("호흡 분당 28회", 28),
        ("breathing 70 a minute", 70),
        ("i counted 35 breaths in 30 sec", 70),
        ("rr 26, glass test negative", 26),
        ("심박 150/min", None),
        ("잘때 1분 꼬박 세봤는데 숨을 58번 쉬어요", 58),
        ("15초 맞춰놓고 가슴 오르내리는거 세니까 열여섯번이요", 64),
        ("20초동안 숨 18번인데", 54),
        ("심장이 1분에 170번 뛰는데 숨은 44회 정도", 44),
        ("full minute 61 breaths, tummy sucking in under ribs", 61),
        ("she took 14 breaths in 15 secs", 56),
        ("breathing 26x in half a min", 52),
        ("hr 140 resps 38", 38),
        ("호흡 30회/분, 심박 150/분", 30),
        ("숨은 잘 쉬고 열은 38도", None),
    ],
)
def test_breaths_are_counted_by_the_minute(text, breaths):
    """Over a minute, or as many times as a part of one needs; only where breathing is spoken of."""
    assert read_breaths(text) == breaths


@pytest.mark.parametrize(
    ("text", "course"),
    [
        ("hfmd, day 10, the sores look exactly like on day 3", (True, False)),
        ("his first spots came 9 days back and there is another fresh batch of blisters", (False, True)),
        ("9일차인데 오늘 새 물집이 또 올라왔어요", (False, True)),
        ("열흘째인데 그대로예요", (True, False)),
        ("day 3, new spots", (False, False)),
        ("day 9 and nearly gone", (False, False)),
    ],
)
def test_more_than_a_week_counts_with_what_it_brought(text, course):
    """No better, or new spots, from the eighth day on."""
    assert read_course(text) == course

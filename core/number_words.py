"""Numbers that parents write as words, in Korean and English."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BELOW_TEN = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}
_OVER_TEN = {f"열{word}": 10 + number for word, number in _BELOW_TEN.items()}
KOREAN = _BELOW_TEN | {"석": 3, "넉": 4, "열": 10} | _OVER_TEN
"""As they stand before what is counted."""
ENGLISH = {
    word: number
    for number, word in enumerate(
        (
            *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
            *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
        ),
        start=1,
    )
}
_FEW_DAYS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "일주일": 7}
_OVER_TEN_DAYS = {"열하루": 11, "열이틀": 12, "열사흘": 13, "열나흘": 14, "보름": 15, "스무날": 20}
KOREAN_DAYS = _FEW_DAYS | {"여드레": 8, "아흐레": 9, "열흘": 10} | _OVER_TEN_DAYS
"""Words for so many days."""
OF_ANOTHER = re.compile(
    r"(?:(?<![가-힣])형|누나|오빠|언니|첫째|큰애|친구|사촌|조카)(?:[가는은이도]|때)?\s(?:(?!동생|둘째|막내|우리|저희|아기|애|얘|아이|이제|지금|오늘|데\s|지만)[^,]){0,25}$"
    r"|\b(?:brother|sister|sibling|cousin|eldest|friend|nephew|niece)s?\b"
    r"(?:(?!\b(?:baby|and|but|now|this one|she|he|shes|hes|my|our|mine)\b)[^,]){0,40}$"
)
"""Words before a number that make it another child's."""
_WORTH = KOREAN | ENGLISH | KOREAN_DAYS


def any_of(words: Iterable[str]) -> str:
    """A regular expression for one of the words, the longest that fits."""
    return "|".join(sorted(words, key=len, reverse=True))


def worth(number: str) -> int:
    """What digits or one of the words above say; KeyError for another word."""
    return int(number) if number.isdigit() else _WORTH[number]

"""For how many days a fever has been told to last, in Korean and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from core.number_words import ENGLISH, KOREAN_DAYS, OF_ANOTHER, any_of, worth

_FEW = 4
_NOT_NOW = re.compile(
    r"지난\s*(?:달|번|겨울|여름|봄|가을)|작년|재작년|예전|\blast (?:month|year|winter|summer|spring|autumn)|\bback in\b"
)
_SENTENCE = re.compile(r"[.!?]+(?=\s|$)|\n")
_KO_ORDER = ("다섯", "여섯", "일곱", "여덟", "아홉", "열")
_KO_DAYS = tuple(word for word, days in KOREAN_DAYS.items() if days > _FEW)
_EN_ORDER = {"fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_KO_DAY = rf"(?<!\d)(?P<n>\d{{1,2}}|{any_of(_KO_ORDER)})\s*(?:일|날)?\s*(?:째|번째)"
_KO_RUN = r"(?:동안|간|내내|넘게|넘도록|연속|연달아|이나|가까이|정도|쯤|을\s*(?:내리|꼬박|계속))"
_EN_NUMBER = rf"(?<![\w.])(?P<n>\d{{1,2}}|{any_of([*_EN_ORDER, *ENGLISH])})(?:st|nd|rd|th)?"
_EN_DAY = r"(?:straight |whole |full |solid |consecutive )?(?:days?|nights?|evenings?|mornings?)\b"
_COUNTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_KO_DAY}(?!\s*(?:아이|애|아기|딸|아들|임신|출산))",
        rf"(?<!\d)(?P<n>\d{{1,2}})\s*일\s*{_KO_RUN}",
        rf"(?P<n>{any_of(_KO_DAYS)})(?!\s*(?:전에|뒤|후|있다가|만에|된))",
        rf"{_EN_NUMBER}[\s-]*{_EN_DAY}(?!\s*(?:old|ago|later|before|after|of (?:age|life)|each|a week))",
        rf"\bday (?:number )?{_EN_NUMBER}\b",
    )
)
_WEEK = re.compile(r"\b(?:all|a whole|the whole|(?:a )?full(?: one)?|for (?:a|one)|over a|past|nearly a) week\b(?!end)")
_KO_WEEKDAYS, _EN_WEEKDAYS = "월화수목금토일", ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOG_LINE = re.compile(rf"\n(?=\s*(?:[월화수목금토일](?:요일)?[\s(:]|(?:{'|'.join(_EN_WEEKDAYS)})))")
"""The end of a line in a log with a weekday a line."""
_EN_WEEKDAY = rf"({'|'.join(_EN_WEEKDAYS)})[a-z]*"
_SINCE_KO = re.compile(
    r"([월화수목금토일])요일?\s*(?:아침|낮|오후|저녁|밤|새벽)?\s*부터[^.]{0,30}?([월화수목금토일])요일"
)
_SINCE_EN = re.compile(
    rf"\b(?:since|from|start(?:ed|s)?|began) (?:on )?(?:last |this )?{_EN_WEEKDAY}\b(?:[^.]|\.\d){{0,70}}?"
    rf"\b(?:its|is|now|today)\s(?:now |is )?{_EN_WEEKDAY}\b"
)
_LISTED_KO = re.compile(r"(?:[월화수목금토일](?:요일)?[\s,·/]*){5,7}")
_LISTED_EN = re.compile(rf"(?:\b(?:{'|'.join(_EN_WEEKDAYS)})[a-z]*\b[\s,/&]*(?:and )?){{5,7}}")
_READING = r"\s*(?:\([^)]*\)|today|오늘)?\s*:?\s*(?:3[89]|4[01]|10[0-5])(?:[.,]\d)?[\s,;/·→-]*"
_LOGGED = re.compile(rf"(?:(?:[월화수목금토일](?:요일)?|\b(?:{'|'.join(_EN_WEEKDAYS)})[a-z]*){_READING}){{5,}}")
_FEVER = re.compile(
    r"(?<![\d.])(?:3[89]|4[01])(?:[.,]\d)?(?!\d|\s*(?:개월|주|일|살|분|시|kg|cm|ml|weeks?|months?|days?|hours?))"
    r"|(?<![\d.])10[0-5](?:[.,]\d)?\s*(?:°|f\b|degrees)"
    r"|(?:(?<![가-힣])열(?!이틀|하루|사흘|나흘|흘)|고열|발열)(?=[이은도가나로\s,]|$)|\bfever(?:s|ish)?\b|\btemp(?:s|erature|eratures)?\b"
)
_NONE_BEFORE = re.compile(r"(?:\bno|\bwithout|\bnot a|\bnever(?: had)?|\bhasnt had|\bdoesnt have)(?: any| a)?\s*$")
_NONE_AFTER = re.compile(
    r"[이은도가]?\s*(?:[가-힣]{0,4}\s*)?(?:없|안\s*나|안나|내렸|내려갔|떨어졌|끝났)"
    r"|\s*(?:is |has |was |have )?(?:gone|normal|over|broke|stopped|settled|ended)"
)
_OTHER_BEFORE = re.compile(
    r"(?:발진|두드러기|설사|기침|콧물|반점|물집|rash|spots?|hives|cough|cold|diarrh\w+)[^,]{0,14}$"
)
_RASH = re.compile(r"발진|두드러기|반점|물집|\brash|\bspots|\bhives")
_ANOTHER_TIME = re.compile(
    r"어제(?!도|까지)|오늘(?!로|이|까지|도)|그제|방금|아까|갑자기|yesterday|\btoday|\bstarted|tonight|this morning"
)
_ASKED = re.compile(r"\b(?:is it|until|till|if|wait|once)\b(?: \w+){0,2} ?$|내일이?면?\s*$")
_TO_COME = re.compile(
    r"(?: of (?:the |a )?fever)? (?:tomorrow\b|before (?:you|i|we) (?:should )?(?:worry|panic|go|call|see))"
)
_APART, _NEAR = 45, 30


def read_fever_days(text: str) -> int | None:
    """The longest run of days of fever that a sentence tells, from five days on; None when none does.

    Days are counted as parents do: "since Monday, and it is Friday" is the fifth day. The number of days has to stand
    in one sentence with a fever that is not denied, and not with another trouble of its own.

    Args:
        text: in one case, without apostrophes.
    """
    runs = [days for sentence in _SENTENCE.split(_LOG_LINE.sub(" ", text)) for days in _runs(sentence)]
    return max(runs, default=None)


def _runs(sentence: str) -> Iterator[int]:
    if _NOT_NOW.search(sentence):
        return
    fevers = [found.span() for found in _FEVER.finditer(sentence) if _is_told(sentence, *found.span())]
    for begin, end, days in _day_counts(sentence):
        if (
            days > _FEW
            and not _is_others(sentence, begin, end)
            and any(_belong(sentence, (begin, end), fever) for fever in fevers)
        ):
            yield days


def _is_told(sentence: str, begin: int, end: int) -> bool:
    return not _NONE_BEFORE.search(sentence[max(0, begin - _NEAR) : begin]) and not _NONE_AFTER.match(sentence[end:])


def _is_others(sentence: str, begin: int, end: int) -> bool:
    """Whether a count is of another child, asked about, or of tomorrow."""
    before = sentence[:begin]
    return bool(OF_ANOTHER.search(before) or _ASKED.search(before) or _TO_COME.match(sentence[end:]))


def _belong(sentence: str, count: tuple[int, int], fever: tuple[int, int]) -> bool:
    """Whether a count of days and a fever are told of one another."""
    if count[0] <= fever[0] < count[1]:
        return True
    first, second = sorted((count, fever))
    between = sentence[first[1] : second[0]]
    if len(between) > _APART or _ANOTHER_TIME.search(between):
        return False
    before = sentence[max(0, count[0] - _NEAR) : count[0]]
    return not (_RASH.search(between) if fever < count else _OTHER_BEFORE.search(before))


def _day_counts(sentence: str) -> Iterator[tuple[int, int, int]]:
    """Where each count of days begins and ends, and how many it is."""
    for pattern in _COUNTS:
        for found in pattern.finditer(sentence):
            yield *found.span(), _EN_ORDER.get(found["n"]) or worth(found["n"])
    for found in _WEEK.finditer(sentence):
        yield *found.span(), 7
    for found in _SINCE_KO.finditer(sentence):
        yield *found.span(), _until(_KO_WEEKDAYS.index(found[1]), _KO_WEEKDAYS.index(found[2]))
    for found in _SINCE_EN.finditer(sentence):
        yield *found.span(), _until(_EN_WEEKDAYS.index(found[1]), _EN_WEEKDAYS.index(found[2]))
    for found in _LISTED_KO.finditer(sentence):
        yield from _listed(
            found,
            re.findall(r"[월화수목금토일](?!요)|[월화수목금토일](?=요일)", found[0].replace("요일", "")),
            _KO_WEEKDAYS,
        )
    for found in _LOGGED.finditer(sentence):
        korean = re.findall(r"[월화수목금토일](?=\s|요일|\()", found[0])
        english = re.findall(rf"\b({'|'.join(_EN_WEEKDAYS)})", found[0])
        yield from _listed(found, korean, _KO_WEEKDAYS) if korean else _listed(found, english, _EN_WEEKDAYS)
    for found in _LISTED_EN.finditer(sentence):
        yield from _listed(found, re.findall(rf"\b({'|'.join(_EN_WEEKDAYS)})", found[0]), _EN_WEEKDAYS)


def _listed(found: re.Match[str], names: list[str], week: str | tuple[str, ...]) -> Iterator[tuple[int, int, int]]:
    """The run, when the weekdays named follow one another."""
    places = [week.index(name) for name in names]
    if all((after - before) % 7 == 1 for before, after in pairwise(places)):
        yield *found.span(), len(places)


def _until(since: int, now: int) -> int:
    """Days of fever from one weekday to the next other one, both counted; a week where they are the same."""
    return (now - since) % 7 + 1 if now != since else 7

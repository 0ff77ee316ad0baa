"""For how many hours a parent tells that a nappy has been dry, in Korean and English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from core.number_words import ENGLISH, KOREAN, OF_ANOTHER, any_of, worth

_PART = re.compile(r"[!?]+|\.(?=\s|$)|\n")
_KO_N = rf"(?<![\d가-힣])(?P<n>\d{{1,2}}|{any_of(KOREAN)})"
_EN_N = rf"(?<![\w.])(?P<n>\d{{1,2}}|{any_of(ENGLISH)})"
_KO_WEE = r"(?:기저귀|소변|오줌|쉬야|(?<![가-힣])쉬[를도는가]?(?=\s|안|못|한|했|하|가))"
_EN_WEE = (
    r"\b(?:(?:wee|pee)(?:s|d|ing)?|urine|urinated|soaked|wet one"
    r"|(?:wet )?(?:napp(?:ys?|ies)|diapers?|pampers|huggies))\b"
)
_SPEAKS_OF_WEE = re.compile(rf"{_KO_WEE}|{_EN_WEE}")
_KO_DRY = r"(?:안|못|없|마르|마른|말라|말랐|마름|뽀송|보송|깨끗|그대로|젖지|않)"
_EN_NO = r"\b(?:no|not|hasnt|havent|hadnt|without|dry|none|isnt|wont|nothing)\b"
_PLAINLY = (
    r"(?:(?!since|after|then\b|and\b|sick|threw|vomit|fever|fed\b|ate\b|\bno\b|\bnot\b|nt\b|\bdry|\bbut\b|,|안|못|없).)"
)
"""Any character that begins no other story and no denial."""
_EN_DID = r"(?<!nt )(?<!not )(?<!never )\b(?:last|had|did|done)\b"
_EN_SPAN = r"(?:h|hrs?|hours?)\b"
_KO_LASTING = rf"{_KO_N}\s*시간(?!\s*(?:마다|간격|전))"
_KO_AGO = rf"{_KO_N}\s*시간\s*(?:도\s*(?:더|넘)|넘게|더|쯤|정도)?\s*전"
_KO_DID = r"(?:봤|보고|쌌|싸고|눴|누고|했|갈|젖)"
_AT_LEAST = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_KO_WEE}.{{0,25}}?{_KO_LASTING}.{{0,15}}?{_KO_DRY}",
        rf"{_KO_WEE}.{{0,12}}?{_KO_DRY}.{{0,15}}?{_KO_LASTING}",
        rf"{_KO_LASTING}.{{0,15}}?{_KO_WEE}.{{0,12}}?{_KO_DRY}",
        rf"{_EN_NO}.{{0,40}}?{_EN_WEE}.{{0,30}}?{_EN_N}\s*(?:plus |\+ )?{_EN_SPAN}(?! (?:ago|old))",
        rf"{_EN_WEE}.{{0,20}}?\bdry\b.{{0,20}}?{_EN_N}\s*{_EN_SPAN}(?! ago)",
        rf"{_EN_N}\s*{_EN_SPAN} .{{0,20}}?(?:{_EN_NO}|since).{{0,25}}?{_EN_WEE}",
    )
)
_EXACTLY = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_KO_WEE}[을를이가도는은]?\s*(?:벌써\s*|한\s*)?{_KO_LASTING}\s*(?:째|동안|넘게|이나)?\s*{_KO_DRY}",
        rf"{_KO_AGO}에?\s*{_KO_WEE}{_PLAINLY}{{0,6}}?{_KO_DID}",
        rf"마지막{_PLAINLY}{{0,10}}?{_KO_WEE}{_PLAINLY}{{0,14}}?{_KO_AGO}",
        rf"{_KO_WEE}{_PLAINLY}{{0,6}}?{_KO_AGO}에?\s*(?:한\s*번\s*)?(?:{_KO_DID}|마지막)",
        rf"{_KO_WEE}[을를이가도는은]?\s*[안못]\s*[가-힣]{{0,2}}\s*지[가는]?\s*(?:벌써|한|거의)?\s*{_KO_LASTING}",
        (
            rf"\b(?:no|not (?:had|done) an?) {_EN_WEE} (?:for|in) (?:the |last |past |about |like |almost )*"
            rf"{_EN_N}\s*{_EN_SPAN}"
        ),
        rf"{_EN_DID}{_PLAINLY}{{0,25}}?{_EN_WEE}{_PLAINLY}{{0,20}}?{_EN_N}\s*{_EN_SPAN} ago",
    )
)
_KO_TIME = re.compile(
    rf"(?:(?P<part>오전|아침|새벽|오후|점심|낮|저녁|밤)에?\s*)?(?<![\d가-힣])(?P<n>\d{{1,2}}|{any_of(KOREAN)})"
    r"(?::(?P<m>[0-5]\d)|\s*시(?!간)(?:(?P<half>\s*반)|\s*(?P<m2>[1-5]\d)\s*분)?)"
)
_OTHER_UNIT = r"%|[wmdyh]\b|[cf]\b|weeks?|wks?|months?|days?|years?|yrs?|hours?|hrs?|min|times?|kg|ml|degrees|deg"
_EN_PART = r"\s?(?P<part%s>last night|tonight|(?:this|in the) evening|this afternoon|(?:this|in the) morning|[ap]m\b)"
_EN_TIME = re.compile(
    rf"(?:(?P<half>half)(?: past)? |\b\w{{1,9}} past )?(?<![\d.:])(?P<n>\d{{1,2}})(?:[:.](?P<m>\d\d))?{_EN_PART % ''}"
    r"|(?P<lead>\b(?:at|is|its|now|about|around|since|past|gone)\s)(?:(?:\w{1,9} )?past |(?P<half2>half )(?:past )?)?"
    r"(?P<n2>\d{1,2})"
    rf"(?![\d.,:]*\d)(?!\s?(?:{_OTHER_UNIT}))(?:{_EN_PART % '2'})?"
)
_NIGHT = {"밤", "last night", "tonight"}
_AFTER_NOON = _NIGHT | {"오후", "점심", "낮", "저녁", "pm", "this evening", "in the evening", "this afternoon"}
_NOW = r"(?:지금|현재|이제|벌써|\bnow\b|\bits\b)"
_TIME = r"<([\d.]+)([ap?])>"
_TILL_NOW = rf"[^<>]{{0,30}}{_NOW}[^<>]{{0,15}}{_TIME}"
_SINCE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:마지막|\blast\b(?! night))[^<>.]{{0,35}}(?:{_KO_WEE}|{_EN_WEE})[^<>.]{{0,20}}{_TIME}{_TILL_NOW}",
        rf"{_EN_NO}[^<>.,]{{0,15}}{_EN_WEE}[^<>.,]{{0,10}}\bsince[^<>.,]{{0,20}}{_TIME}{_TILL_NOW}",
        rf"{_KO_WEE}[^<>.,]{{0,10}}{_TIME}\s*(?:이후|부터)[^<>.,]{{0,12}}{_KO_DRY}{_TILL_NOW}",
        rf"{_TIME}\s*에?\s*{_KO_WEE}{_PLAINLY}{{0,8}}?{_KO_DID}{_TILL_NOW}",
        rf"{_EN_DID}{_PLAINLY}{{0,25}}?{_EN_WEE}{_PLAINLY}{{0,35}}?{_TIME}{_TILL_NOW}",
        rf"{_TIME}\s*에?\s*(?:갈|쌌|싸고|봤|보고|눴|누고)[^<>.]{{0,10}}{_NOW}[^<>]{{0,15}}{_TIME}[^<>.]{{0,15}}{_KO_WEE}.{{0,8}}?{_KO_DRY}",
    )
)
_NOW_FIRST = re.compile(
    rf"{_NOW}[^<>]{{0,12}}{_TIME}[^<>]{{0,25}}(?:마지막|\blast\b(?! night))[^<>.]{{0,20}}"
    rf"(?:{_KO_WEE}|{_EN_WEE})[^<>.]{{0,15}}{_TIME}"
)
_NAMED_TIMES = ((re.compile(r"\bmidnight\b|자정(?=\s|에|$)"), " <0.0a> "), (re.compile(r"\bnoon\b|정오"), " <12.0p> "))
_IF_BEFORE, _IF_AFTER = re.compile(r"\bif\b(?: \w+){0,2} ?$"), re.compile(r"[가-힣]{0,3}면(?![가-힣])")
_WAS_DRY = re.compile(r"\b(?:was|were|is) (?:\w+ )?dry|안\s*젖어\s*있었|안\s*젖은\s*거|말라\s*있었")
"""What makes the last nappy no wet one."""
_DAY_BEFORE = re.compile(r"어제|그제|그저께|yesterday")
_MOST, _NOON, _SMALL_HOURS, _NEAR, _MINUTES = 36, 12, 4, 15, 60


def read_dry_hours(text: str) -> tuple[float, float] | None:
    """The least and the most hours without wee that a text can mean, in hours or by the clock; None when it tells none.

    "Last wee 3 hours ago" is 3 and 3; hours that may be of something else too say nothing of the most, then 36. Of two
    times of day the second is now; where one of them is not said to be before or after noon, twelve hours lie between
    least and most. Of several times told, the longest count.

    Args:
        text: in one case, without apostrophes.
    """
    if not _SPEAKS_OF_WEE.search(text):
        return None
    plain = text.replace("<", " ").replace(">", " ")
    parts = _PART.split(plain)
    clock = _KO_TIME.sub(_clock, _EN_TIME.sub(_clock, plain))
    for named, time in _NAMED_TIMES:
        clock = named.sub(time, clock)
    spans = [(hours, hours) for hours in _counted(parts, _EXACTLY)]
    spans += [_elapsed(found, found.groups()) for how in _SINCE for found in how.finditer(clock) if _is_wet(found, 0)]
    spans += [
        _elapsed(found, (*found.groups()[2:], *found.groups()[:2]))
        for found in _NOW_FIRST.finditer(clock)
        if _is_wet(found, _NEAR)
    ]
    told = [hours for hours in (*_counted(parts, _AT_LEAST), *(least for least, _ in spans)) if hours <= _MOST]
    if not told:
        return None
    most = max((most for _, most in spans), default=0.0)
    return max(told), most if most >= max(told) else float(_MOST)


def _counted(parts: Iterable[str], ways: Iterable[re.Pattern[str]]) -> Iterator[float]:
    """The hours that one of the ways finds in a part, but those of another child or of a rule ("if no wee for …")."""
    return (
        float(worth(found["n"]))
        for part in parts
        for how in ways
        for found in how.finditer(part)
        if not (OF_ANOTHER.search(part[: found.start()]) or _IF_BEFORE.search(part[: found.start()]))
        and not _IF_AFTER.match(part[found.end() :])
    )


def _is_wet(found: re.Match[str], after: int) -> bool:
    """Whether nothing in the match, or so many characters after it, says that the nappy was dry."""
    return not _WAS_DRY.search(found.string[found.start() : found.end() + after])


def _clock(found: re.Match[str]) -> str:
    """A time of day as `<14.5p>`: hours since midnight where the half of the day is told, else as said and `?`."""
    told = {name.rstrip("23"): value for name, value in found.groupdict().items() if value}
    hour, part = worth(told["n"]) + 0.5 * ("half" in told) + int(told.get("m", 0)) / _MINUTES, told.get("part", "")
    is_after_noon = part in _AFTER_NOON and not (part in _NIGHT and hour < _SMALL_HOURS)
    if hour >= _NOON + 1:
        return f"{told.get('lead', ' ')}<{hour:.2f}p> "
    hour = hour % _NOON + _NOON * is_after_noon if part else hour
    return f"{told.get('lead', ' ')}<{hour:.2f}{'p' if is_after_noon else 'a' if part else '?'}> "


def _elapsed(found: re.Match[str], times: Sequence[str]) -> tuple[float, float]:
    """The least and the most hours from one time of day to the next other one; a day before may be any length."""
    before, part, now, part_now = times
    span, is_sure = float(now) - float(before), "?" not in {part, part_now}
    least = (span % 24 or 24.0) if is_sure else (span % _NOON or float(_NOON))
    if _DAY_BEFORE.search(found.string[max(0, found.start() - _NEAR) : found.end()]):
        return least, float(_MOST)
    return least, least if is_sure else least + _NOON

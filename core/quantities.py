"""Numbers in a sentence as values with a unit, so that "이틀" and "48 hours" are the same."""

from __future__ import annotations

import re
import unicodedata

from core.number_words import ENGLISH, KOREAN, KOREAN_DAYS, any_of, worth

_NUMBER = r"\d+(?:[.,]\d+)?"
_HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0}
_MONTHS = {"month": 1.0, "year": 12.0}
_UNITS = {
    "minute": r"minutes?|mins?|분(?![가-힣]?[비유리])",
    "hour": r"hours?|hrs?|시간",
    "day": r"days?|일(?![곱찍부단])",
    "week": r"weeks?|주(?![세변로])",
    "month": r"months?|개월|달(?![래])",
    "year": r"years?|세(?![요정])|살|돌(?![발])|년",
    "degree": r"°\s*[cf]?|degrees?|도(?![록와움])",
    "time": r"times?|번(?![갈져])|회(?![복])",
}
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())
_RANGE = re.compile(rf"({_NUMBER})\s*(?:[-–~]|to|에서|부터)\s*(?={_NUMBER})")
_QUANTITY = re.compile(rf"(?<![\d.,])(?P<value>{_NUMBER})\s*(?:full\s+)?(?:{_UNIT})?", re.IGNORECASE)
_WORDS = re.compile(
    rf"(?P<english>\b(?:{any_of(ENGLISH)}))\b(?=[\s-]*(?:to|or|full|{any_of(ENGLISH)}|{_UNITS['minute']}"
    rf"|{_UNITS['hour']}|{_UNITS['day']}|{_UNITS['week']}|{_UNITS['month']}|{_UNITS['year']}|{_UNITS['time']}))"
    rf"|(?<![가-힣])(?P<korean>{any_of(KOREAN)})(?=\s*(?:시간|번|달|주(?!세)|살|돌"
    rf"|개월))"
    rf"|(?<![가-힣])(?P<days>{any_of(KOREAN_DAYS)})",
    re.IGNORECASE,
)
_A_DAY = re.compile(r"\b(?:within|in|after|for|once|about) an? (hour|day|week|month|year)\b", re.IGNORECASE)
Quantity = tuple[float, str]


def quantities(text: str) -> frozenset[Quantity]:
    """Each number with its unit: durations in `hour`, ages and longer times in `month`, else the unit or "".

    Written words such as "two days" and "사흘" count; the ends of a range share their unit.
    """
    plain = _A_DAY.sub(r" 1 \1", unicodedata.normalize("NFKC", text))
    plain = _WORDS.sub(_digits, plain)
    found = []
    unit = ""
    for match in reversed(list(_QUANTITY.finditer(plain))):
        ends_range = bool(_RANGE.match(plain, match.start()))
        unit = match.lastgroup if match.lastgroup not in {None, "value"} else (unit if ends_range else "")
        found.append(_standard(float(match["value"].replace(",", ".")), unit or ""))
    return frozenset(found)


def _digits(found: re.Match[str]) -> str:
    number = worth(found[0].lower())
    return f"{number}일" if found["days"] else str(number)


def _standard(value: float, unit: str) -> Quantity:
    if unit in _HOURS:
        return round(value * _HOURS[unit], 2), "hour"
    if unit in _MONTHS:
        return round(value * _MONTHS[unit], 2), "month"
    return value, unit

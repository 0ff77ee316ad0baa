"""Temperatures and ages in a parent's own words, in Korean and English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.facts import COLD_C, FEVER_C
from core.number_words import ENGLISH, KOREAN, KOREAN_DAYS, any_of, worth

_LOWEST_C, _HIGHEST_C, _LOWEST_F = 34.0, 43.0, 93.0
_TEMPERATURE = re.compile(
    r"(?<![\d.,·])(?P<number>\d{2,3}(?:[.,·]\d{1,2})?)(?![\d])(?:\s*(?:점|쩜|point)\s*(?P<point>\d))?"
    r"(?P<unit>\s*(?:°\s*[cf]?|o\b|도씨?|degrees?(?:\s*(?:celsius|c\b|fahrenheit|f\b))?|deg\b|c\b|f\b))?"
    r"(?:\s*(?P<part>\d)\s*부|\s*(?P<half>반|and a half))?"
)
_SPEAKS_OF_FEVER = re.compile(r"열|체온|온도|fever|temp|thermom|\b(?:hit|hits|reached|reads|spiked|peaked)\b")
_PASSED = re.compile(r"\s*(?:를|을|가|이)?\s*(?:넘(?!은|어서|으면|는지|을까|나요)|찍|치솟)")
_NOT_REACHED_BEFORE = re.compile(
    r"(?:under|below|less than|not (?:above|over)|if .{0,12}|until|실내|물[을은이]?|포트|방)\s*$"
)
_NOT_REACHED_AFTER = re.compile(
    r"\s*(?:로\s*(?:받|맞|설정|틀|데우|타)|이하|미만|아래|까지는?\s*안|[은는을를]?\s*안\s*(?:넘|올|돼|되)|(?:이상)?[이가을를]?\s*(?:넘으|이|되|오르)?면"
    r"|\s*(?:물|주|일|개월|개|시|분|세|살|kg|키로|cm|mm|ml|weeks?|days?|months?|years?|hours?|%|화상"
    r"|outside|out here|in the shade))"
)
_DEGREES = {"서른일곱": "37", "서른여덟": "38", "서른아홉": "39", "마흔": "40"} | {
    "thirty seven": "37",
    "thirty eight": "38",
    "thirty nine": "39",
    "forty": "40",
}
_WRITTEN_OUT = re.compile(
    r"서른(?:일곱|여덟|아홉)(?=\s*(?:도|점|쩜))|마흔(?=\s*도)"
    r"|\bthirty[ -](?:seven|eight|nine)\b(?!\s*(?:weeks?|years?))"
    r"|\bforty(?=\s*(?:point|degrees))"
)
_TENTHS = re.compile(r"\bpoint (one|two|three|four|five|six|seven|eight|nine)\b")
_DIGITS = {word: value for value, word in enumerate("영일이삼사오육칠팔구")} | {"공": 0}
_SPOKEN = re.compile(
    r"(?<![가-힣])(?P<tens>[삼사])(?:십\s*(?P<ones>[일이삼사오육칠팔구])?|(?P<one>[일이삼사오육칠팔구]))"
    r"(?:\s*점\s*(?P<point>[영일이삼사오육칠팔구]))?\s*(?:도|(?<=점[영일이삼사오육칠팔구]))(?:\s*(?P<tenth>[일이삼사오육칠팔구\d])\s*부|\s*(?P<half>반))?"
)
_OLDEST_MONTHS = 216
_DAY, _WEEK, _MONTH, _YEAR = 12 / 365.25, 84 / 365.25, 1.0, 12.0
_ROUND = {f"{word}십": 10 * value for value, word in enumerate("일이삼사오육칠팔구", 1)} | {
    "십": 10,
    "백": 100,
    "돌": 1,
}
_KO_NUMBER = rf"(?P<n>\d{{1,3}}|{any_of(KOREAN)})\s*"
_EN_NUMBER = rf"(?<![\w.])(?P<n>\d{{1,3}}|{any_of(ENGLISH)})[\s-]*"
_KO_SO_MANY_DAYS = rf"(?P<n>{any_of(KOREAN_DAYS)})"
_KO_SINCE = r"(?!\s*(?:째|전|동안|간|뒤|후|만에|치|때|무렵|쯤?부터|부터|내내|이후|안에|마다|정도\s*(?:됐|지|전)))"
_EN_SINCE = r"(?!\s*(?:ago|now|later|in a row|straight|since|of\b))"
_EN_IS = (
    r"(?:\b(?:is|hes|shes|aged|baby|bb|bub|bubs|lo|newborn|infant)\s\(?(?:only |just |about |nearly |almost |barely )?)"
)
_EN_WE = r"\b(?:girls|boys|twins|babies|they|both) (?:are |re )?(?:only |just |now )?"
_AGES = tuple(
    (re.compile(pattern), months)
    for pattern, months in (
        (rf"(?:생후|태어난\s*지|출생|(?:해산|출산|분만)한\s*지|(?:낳|나)은\s*지)\s*{_KO_NUMBER}(?:일|날)", _DAY),
        (rf"(?:생후|태어난\s*지|출생)\s*{_KO_NUMBER}주", _WEEK),
        (
            rf"{_KO_NUMBER}일\s*(?:된(?!\s*(?:발진|두드러기|열|것|거|건|상처|점))|아기|아가|애기|신생아|지난|차\s*(?:아기|아가|애기|신생아))",
            _DAY,
        ),
        (rf"(?:아기|아가|애기|신생아|우리애)\s*(?:는|가|이제|지금|고작|겨우)?\s*{_KO_NUMBER}일(?!째)", _DAY),
        (rf"(?:생후|태어난\s*지|출생)\s*{_KO_NUMBER}달", _MONTH),
        (rf"(?<!지)(?<!지\s)(?<!자리)(?<!자리\s){_KO_NUMBER}주\s*(?:된|됐|됬|아기|아가|애기|신생아)", _WEEK),
        (
            rf"(?:^\W*|둘\s*다\s*|쌍둥이\s*|아기\s*|애기\s*|아들\s*|딸\s*){_KO_NUMBER}주(?=\s*[,.)]|\s*$)",
            _WEEK,
        ),
        (rf"(?<!지\s)(?<!지){_KO_NUMBER}달\s*(?=아기|아가|아들|딸|남아|여아|,)", _MONTH),
        (r"(?:^\W*|쌍둥이\s*|아기\s*|애기\s*|신생아\s*)(?P<n>[1-9]\d|[89])일\s*차", _DAY),
        (rf"{_KO_NUMBER}(?:개월|갤|달\s*(?:반\s*)?(?:된|짜리)){_KO_SINCE}", _MONTH),
        (rf"(?:만\s*)?{_KO_NUMBER}(?:돌|살|세(?=\s|아|남|여|이|인|입|예|된|,|\.|\)|$)){_KO_SINCE}", _YEAR),
        (r"(?<![\d두세네])(?P<n>돌)\s*(?:쟁이|지난|아기|아가|된)", _YEAR),
        (
            rf"(?:생후|태어난\s*지|출생\s*후?|(?:해산|출산|분만)한\s*지|(?:낳|나)은\s*지)\s*{_KO_SO_MANY_DAYS}",
            _DAY,
        ),
        (r"(?P<n>백|[이삼사오육칠팔구]?십)일\s*(?:갓|막|쯤|좀|조금)?\s*(?:된|아기|아가|지난|넘은)", _DAY),
        (rf"(?<!임신 )(?<!임신)(?<!\d){_KO_NUMBER}주\s*(?:예요|이에요|에요|입니다|인데|차)", _WEEK),
        (
            rf"{_EN_IS}{_EN_NUMBER}(?:weeks?|wks?)\b(?!\s*(?:ago|of|in|late))",
            _WEEK,
        ),
        (
            rf"{_EN_IS}{_EN_NUMBER}days?\b(?!\s*(?:ago|of|in|late|into))",
            _DAY,
        ),
        (rf"(?:\b(?:hes|shes|(?:he|she|son|daughter) is)\s){_EN_NUMBER}(?=[,.]|$|(?<= )and |(?<= )with )", _YEAR),
        (rf"{_EN_WE}{_EN_NUMBER}days?\b(?!\s*(?:ago|of|in|into|apart))", _DAY),
        (r"\b(?P<n>\d{1,2})/52\b", _WEEK),
        (r"\b(?:dd|ds|lo|boy|girl|baby) (?P<n>\d{1,2})/12\b", _MONTH),
        (rf"\bnewborn,? (?:is |only |just )?{_EN_NUMBER}days?\b", _DAY),
        (rf"\bday {_EN_NUMBER}of life\b", _DAY),
        (r"\bdol ?(?P<n>\d{1,3})\b", _DAY),
        (rf"\bborn {_EN_NUMBER}days? ago", _DAY),
        (rf"\bborn {_EN_NUMBER}(?:weeks?|wks?) ago", _WEEK),
        (rf"\bborn {_EN_NUMBER}months? ago", _MONTH),
        (rf"^\W*{_EN_NUMBER}(?:weeks?|wks?|w)(?=[,.;]|\s(?:and|boy|girl|baby|bub)\b)", _WEEK),
        (
            rf"\b(?:both|twins|twin \w|our) (?:are |is )?{_EN_NUMBER}(?:weeks?|wks?)\b(?!\s*(?:ago|of|in|late))",
            _WEEK,
        ),
        (rf"^\W*{_EN_NUMBER}m\b", _MONTH),
        (rf"{_EN_NUMBER}(?:days?|d)[\s-]*old", _DAY),
        (rf"{_EN_NUMBER}(?:weeks?|wks?|wk)[\s-]*old", _WEEK),
        (rf"{_EN_NUMBER}(?:months?|mths?|mos?|m)[\s-]*(?:old|\bbaby|boy|girl)", _MONTH),
        (rf"(?<!for )(?<!last )(?<!past ){_EN_NUMBER}(?:and a half )?(?:months?|mo|mths)\b{_EN_SINCE}", _MONTH),
        (rf"{_EN_NUMBER}(?:years?|yrs?|yr|y)[\s/-]*(?:old|\bo\b)", _YEAR),
        (rf"{_EN_NUMBER}yo\b", _YEAR),
        (r"\bage[ds]?\s*(?P<n>\d{1,2})\b(?!\s*(?:m|w|d))", _YEAR),
    )
)
_JUST_BORN = re.compile(
    r"(?:어젯밤|어제|오늘|방금|아까|새벽|아침)[^.]{0,12}(?:낳[았아은]|태어[났난]|출산[했한]|분만[했한]|제왕절개)"
    r"|\bborn (?:early |late |at )?(?:\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]m )?)?"
    r"(?:today|this morning|last night|yesterday|(?:a few|\d{1,2}) hours ago)"
    r"|\b(?:had|delivered) (?:him|her|the baby|my baby|baby|bub) (?:at )?\d{1,2}(?:[:.]\d{2})? ?[ap]m"
    r" (?:this morning|today|last night)"
    r"|\b(?:gave|home|water) birth (?:early |late )?(?:at )?(?:\d{1,2}(?:[:.]\d{2})? ?(?:[ap]m )?)?"
    r"(?:this morning|today|last night|yesterday)"
    r"|\b\d{1,2} ?(?:hours?|hrs?)[ -]old\b|태어난\s*지\s*\d{1,2}\s*시간"
)
_OURS_AGE = re.compile(r"\s*(?:된\s*|짜리\s*)?(?:둘째|셋째|막내|우리|아기|아가|애기)")
_HAD_THIS_LONG = re.compile(r"\b(?:had|been) (?:(?:it|them|this|these|that|there|here|about|over|around|nearly) )?$")
"""What is said of a mark that has been there for months, right before the number."""
_OTHERS_AGE = re.compile(r"(?:형|누나|오빠|언니|첫째|친구|brother|sister|cousin)(?:(?!둘째|막내|동생|우리|아기)[^.])*$")


_HOUR, _DAY_HOURS, _WEEK_HOURS, _MONTH_HOURS = 1.0, 24.0, 168.0, 730.0
_LONGEST_HOURS = 12 * _MONTH_HOURS
_KO_LASTED = r"\s*(?:째|동안|내내|넘게|됐|되었|된|이나|정도\s*(?:됐|된)|전(?:부터|쯤부터))"
_EN_LASTED = r"(?:\s*(?:now|straight|in a row|ago|running)|(?=[,.]|$))"
_EN_AGO = r"(?:for|past|last|over|about|since|started|began)\s+(?:the\s+|about\s+|over\s+|past\s+|last\s+)*"
_LASTED = tuple(
    (re.compile(pattern), unit)
    for pattern, unit in (
        (rf"{_KO_NUMBER}시간{_KO_LASTED}", _HOUR),
        (rf"{_KO_NUMBER}일{_KO_LASTED}", _DAY_HOURS),
        (rf"{_KO_SO_MANY_DAYS}(?:{_KO_LASTED}|\s*전부터|\s*치)", _DAY_HOURS),
        (rf"{_KO_NUMBER}주(?:일)?{_KO_LASTED}", _WEEK_HOURS),
        (rf"{_KO_NUMBER}(?:달|개월){_KO_LASTED}", _MONTH_HOURS),
        (rf"{_EN_AGO}{_EN_NUMBER}(?:hours?|hrs?)\b", _HOUR),
        (rf"{_EN_AGO}{_EN_NUMBER}days?\b", _DAY_HOURS),
        (rf"{_EN_AGO}{_EN_NUMBER}(?:weeks?|wks?)\b", _WEEK_HOURS),
        (rf"{_EN_NUMBER}days?{_EN_LASTED}", _DAY_HOURS),
        (rf"\bday {_EN_NUMBER}", _DAY_HOURS),
    )
)
_SINCE = tuple(
    (re.compile(pattern), hours)
    for pattern, hours in (
        (r"그저께|그제(?:부터)|엊그제|그끄저께|day before yesterday", 2 * _DAY_HOURS),
        (r"어제\s*(?:저녁|밤|오후|아침|새벽|낮)?\s*부터|(?:어젯밤|간밤)부터", _DAY_HOURS),
        (r"since (?:yesterday|last nite|last night)", _DAY_HOURS),
        (r"오늘\s*(?:아침|새벽|오전)?\s*부터|아침부터|since this morning|since (?:i|he|she) woke", _DAY_HOURS / 2),
        (r"지난\s*주\s*부터|since last week", _WEEK_HOURS),
    )
)


_SPEAKS_OF_BREATH = re.compile(r"숨|호흡|가슴\s*오르내|갈비|breath|\brr\b|resp")
_EN_BREATHS = r"(?:breaths?\s*|times\s*|x\s*)?"
_BREATHS = tuple(
    (re.compile(pattern), times)
    for pattern, times in (
        (r"(?<!\d)(?P<n>\d{2,3})\s*(?:회|번)?\s*/\s*(?:min|분)", 1),
        (r"(?:분당|1분(?:에|\s*동안|간|\s*꼬박|\s*내내))[^.\n]{0,16}?(?<!\d)(?P<n>\d{2,3})\s*(?:회|번|$|[,.\s])", 1),
        (r"(?:호흡수?|숨)[은이가]?\s*(?P<n>\d{2,3})\s*(?:회|번)", 1),
        (rf"(?<!\d)(?P<s>10|15|20|30)초[^.\n]{{0,30}}?(?<![\d가-힣])(?P<n>\d{{2}}|{any_of(KOREAN)})\s*(?:회|번)", 1),
        (
            rf"(?<![\d.])(?P<n>\d{{2,3}})\s*{_EN_BREATHS}(?:a|per|in a|in one|in 1|over a|/)\s*(?:full |whole )?min",
            1,
        ),
        (r"\bmin(?:ute)?\b[^.\n]{0,14}?(?<![\d.])(?P<n>\d{2,3})\s*breaths?\b", 1),
        (rf"(?<![\d.])(?P<n>\d{{2}})\s*{_EN_BREATHS}(?:in|per|over)\s*half a\s*min", 2),
        (rf"(?<![\d.])(?P<n>\d{{2}})\s*{_EN_BREATHS}(?:in|per|over)\s*(?P<s>10|15|20|30)\s*s", 1),
        (r"\b(?:rr|resps?)\s*(?:of|is|=|:)?\s*(?P<n>\d{2,3})\b", 1),
    )
)
_OF_THE_HEART = re.compile(r"(?:심박|심장|맥박|heart|pulse|\bhr\b)\D*$")
_MOST_BREATHS, _MINUTE = 150, 60


_OVER_A_WEEK = re.compile(
    r"\bday (?:number )?(?:[89]|[12]\d)\b|\b(?:[89]|[12]\d|eight|nine|ten|eleven) days? (?:back|ago|now|in)\b"
    r"|(?<!\d)(?:[89]|[12]\d)\s*일\s*(?:째|차)|(?:여드레|아흐레|열흘|열하루|열이틀|열사흘|열나흘|보름)째"
)
_NO_BETTER = re.compile(
    r"\b(?:no|not(?: any)?|isnt(?: any)?) better|\b(?:exactly|just) (?:like|as) |\bstill getting|\bworse|\bsame as"
    r"|그대로|(?:안|못)\s*낫|낫지\s*(?:않|를)|차도|더\s*(?:심|번|늘)"
)
_NEW_ONES = re.compile(
    r"\b(?:new|fresh|another|more)\b[^.]{0,14}\b(?:spots?|blisters?|ones|batch|crop|lot)\b"
    r"|새(?:로운)?\s*(?:물집|수포|발진|점|것|게)|(?:물집|수포|점)[이은]?\s*더\s*(?:생|나|올)|새로\s*(?:나|올|생|돋)|또\s*(?:나|올라|생|돋|대?여?섯)"
)


def read_course(text: str) -> tuple[bool, bool]:
    """Whether a text tells that after more than a week it is no better, and that new spots still come.

    Args:
        text: in one case, without apostrophes.
    """
    is_long = _OVER_A_WEEK.search(text) is not None
    return is_long and _NO_BETTER.search(text) is not None, is_long and _NEW_ONES.search(text) is not None


def read_breaths(text: str) -> int | None:
    """The most breaths a minute that a text tells of, counted over a minute or a part of one; None if it tells none."""
    if not _SPEAKS_OF_BREATH.search(text):
        return None
    counts = [
        _a_minute(match) * times
        for pattern, times in _BREATHS
        for match in pattern.finditer(text)
        if not _OF_THE_HEART.search(text[max(0, match.start() - 12) : match.start()])
    ]
    return max((count for count in counts if count <= _MOST_BREATHS), default=None)


def _a_minute(match: re.Match[str]) -> int:
    """The count of a match in a minute, where it names the seconds that were counted."""
    return worth(match["n"]) * _MINUTE // int(match.groupdict().get("s") or _MINUTE)


def read_temperature(text: str) -> float | None:
    """The highest believable temperature of a child in a text, in °C; the lowest where one is too low and none a fever.

    None when there is none. Below 36 °C a baby under 3 months is too cold: NICE NG143 (2019, updated 2021).
    """
    text = _WRITTEN_OUT.sub(lambda found: _DEGREES[found[0].replace("-", " ")], text)
    text = _TENTHS.sub(lambda found: f"point {worth(found[1])}", text)
    found = [*_written_temperatures(text), *_spoken_temperatures(text)]
    told = sorted(value for value in found if _LOWEST_C <= value <= _HIGHEST_C)
    if told and told[0] < COLD_C and told[-1] < FEVER_C:
        return told[0]
    return told[-1] if told else None


def _written_temperatures(text: str) -> Iterator[float]:
    for match in _TEMPERATURE.finditer(text):
        before, after = text[max(0, match.start() - 18) : match.start()], text[match.end() : match.end() + 12]
        is_told = match["unit"] or match["part"] or match["point"] or _SPEAKS_OF_FEVER.search(before)
        is_measured = is_told or not match["number"].isdigit() or _PASSED.match(after)
        if not is_measured or _NOT_REACHED_BEFORE.search(before) or _NOT_REACHED_AFTER.match(after):
            continue
        value = float(match["number"].replace(",", ".").replace("·", "."))
        value += float(match["part"] or match["point"] or 0) / 10 + 0.5 * bool(match["half"])
        is_fahrenheit = value >= _LOWEST_F and not re.match(r"\s*c", match["unit"] or "")
        yield round((value - 32) / 1.8, 1) if is_fahrenheit else round(value, 1)


def _spoken_temperatures(text: str) -> Iterator[float]:
    """Temperatures in Korean words: "삼십구도 오부", "삼구도"."""
    for match in _SPOKEN.finditer(text):
        if _NOT_REACHED_AFTER.match(text[match.end() : match.end() + 12]):
            continue
        tenth = match["tenth"] or match["point"]
        part = (int(tenth) if tenth.isdigit() else _DIGITS[tenth]) if tenth else 5 * bool(match["half"])
        yield 10 * _DIGITS[match["tens"]] + _DIGITS.get(match["ones"] or match["one"] or "", 0) + part / 10


def read_age(text: str) -> float | None:
    """The youngest age told in a text, in months; None when there is none or nobody's age is told."""
    ages: list[float] = [_DAY] if _JUST_BORN.search(text) else []
    for pattern, months in _AGES:
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 12) : match.start()]
            is_others = _OTHERS_AGE.search(before) and not _OURS_AGE.match(text[match.end() :])
            if is_others or _HAD_THIS_LONG.search(before):
                continue
            ages.append(_count(match["n"]) * months)
    return min((round(age, 2) for age in ages if age <= _OLDEST_MONTHS), default=None)


def read_duration(text: str) -> float | None:
    """The longest time since the trouble began that a text tells, in hours; None when there is none.

    "Since yesterday" counts as a day and "since this morning" as half of one: the hour of writing is not known.
    """
    hours = [_count(match["n"]) * unit for pattern, unit in _LASTED for match in pattern.finditer(text)]
    hours += [value for pattern, value in _SINCE if pattern.search(text)]
    return max((value for value in hours if value <= _LONGEST_HOURS), default=None)


def _count(number: str) -> float:
    return float(_ROUND.get(number) or worth(number))

"""Decides sentence by sentence whether what a language model wrote may reach a parent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from core.articles import DOSE, VERDICT
from core.prompts import Brief
from core.types import Lang, Urgency


def _any(*patterns: str) -> re.Pattern[str]:
    """One pattern that any of these matches, upper or lower case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


_MARK = re.compile(r"\[(\d{1,3})\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_EMERGENCY_NUMBERS = frozenset({"119", "1339", "999", "111", "911", "112"})
_STOP = r"[.!?…。]+[\"'”’)]*(?:\s*\[\d{1,3}\])*"
_BOUNDARY = re.compile(rf"{_STOP}(?=\s+(?:[^\s\[]|\[[^\d\]]))|(?<=[\].!?…。])[ \t]*\n|\n[ \t]*\n")
_WHOLE = re.compile(rf"(?:{_STOP}|\[\d{{1,3}}\])$")
_ABBREVIATION = _any(r"\b(?:e\.g|i\.e|dr|mr|mrs|ms|vs|approx|no)\.$", r"^\d{1,2}\.$")
_BULLET = re.compile(r"^\s*(?:[-*•·#>]+|\d{1,2}[.)])\s+")
_MARKUP = re.compile(r"https?:|www\.|[<>`|{}]|\]\(|!\[")
_COMMON_ENGLISH = _any(
    r"\b(?:the|is|are|be|your|you|and|of|to|if|it|with|for|not|this|that|can|may|when|keep|give|use|see|call|has|have)\b",
    r"\b(?:usually|often|should|about|after|gets?|goes|lasts?|needs?|skin|rash|fever|child|baby|days?|hours?|without)\b",
)
_MIN_HANGUL, _MAX_HANGUL, _MIN_WORDS = 0.6, 0.3, 4

_MEDICINE = (
    r"(?:paracetamol|acetaminophen|ibuprofen|calpol|tylenol|antihistamine|steroid|antibiotic|medicine|syrup"
    r"|타이레놀|아세트아미노펜|이부프로펜|부루펜|해열제|항히스타민|스테로이드|항생제|시럽|(?<![가-힣])약|연고)"
)
_OFTEN = r"(?:(?:every|each) [\w\s-]{1,20}?hour|times? (?:a|per) day|시간마다|시간 간격|하루에?\s*\S+\s*번)"
_AMOUNT = _any(
    r"(?:\d|\b(?:one|two|three|four|five|six|ten|half|quarter|an?))[\s-]*(?:of )?(?:an? )?"
    r"(?:mg|mcg|ml|cc|milligram|microgram|millilit|tablet|pill|capsule|drop|puff|sachet|tea|table|tsp|tbsp|spoon|dose)(?!y)",
    r"\b(?:mg|mcg|ml|milligrams?|micrograms?|millilit(?:er|re)s?)\b",
    r"(?:\d\s*|(?<![가-힣])(?:반|한|두|세|네|다섯|몇)\s)(?:알(?!레)|정(?![도상])|포(?!진)|방울|스푼|숟가락|티스푼|캡슐|봉지)",
    r"(?:\d|[일이삼사오육칠팔구십백])\s*(?:밀리|시시(?![가-힣])|그램|그람)",
    r"밀리그램|밀리리터|(?<![가-힣])용량",
    rf"{_MEDICINE}.*{_OFTEN}",
    rf"{_OFTEN}.*{_MEDICINE}",
)
_CERTAIN = _any(
    r"\b(?:certainly|undoubtedly|without (?:a )?doubt|no doubt|for sure|guarantee\w*|obviously)\b",
    r"\b(?:it|this) must be\b|\b100 percent\b",
    r"100\s?%|백\s?퍼센트|확실|분명(?:해|히|하)|틀림없",
    r"(?:진단|확진)(?:은|이에요|예요|입니다|됩니다|됐|돼요|해요|합니다|드려)",
)
_CONDITIONAL = _any(
    r"\b(?:if|whether|may|might|could|possib\w+|likely|unless|suspect\w*|rule out|while|when|who|until|unsure)\b",
    r"(?:라|이)?면(?![가-힣])|지도|수\s*있|의심|가능성|는지",
)
_THE_CHILD = (
    r"\b(?:this|that|it|he|she|they|your (?:child|baby|son|daughter|toddler)|the (?:rash|child|baby|photo|picture))"
    r"(?:'s|’s| is| has| have| looks like| shows| got| caught)(?: \w+){0,2}? "
)
_IS_KO = r"\s?(?:입니다|이에요|예요|이네요|네요|이 맞|가 맞|에 걸렸|으로 보[여이]|로 보[여이])"

_CARE = (
    r"(?:hospital|emergency|a&e|\ber\b|ambulance|doctor|\bgp\b|paediatric|pediatric|clinic|medical (?:care|help)"
    r"|\bseen\b|check(?:ed)? up|119|999|911|urgent care)"
)
_CARE_KO = r"(?:병원|응급실|119|진료|의사|소아과|소아청소년과|구급차|외래)"
_GO_KO = r"(?:(?<!들어)가|갈|받|부르|부를|전화|방문|데려|데리고)"
_SPEAKS_OF_CARE = _any(_CARE, _CARE_KO)
_UNNEEDED_KO = (
    r"(?:않아?셔?도|않으셔도|말고|마세요|마시고|말아\s*주|필요(?:는|가|까지|까지는|도)?\s*(?:없|하지\s*않|아니))"
)
_AGAINST_CARE = _any(
    rf"\bno (?:need|reason)\b[^.;]*{_CARE}",
    rf"\bnot? (?:really )?(?:need|have|required|necessary) to\b[^.;]*{_CARE}",
    rf"\b(?:unnecessary|not necessary)\b[^.;]*{_CARE}",
    rf"n['o’]?t (?:really |actually )?(?:need|have to|require|necessary)\b[^.;]*{_CARE}",
    rf"\b(?:needn['’]t|rather than|instead of|skip|avoid|cancel|put off|postpone)\b[^.;]*{_CARE}",
    rf"(?<!\bnot )(?<!n['’]t )\bdelay\b[^.;]*{_CARE}",
    rf"{_CARE}[^.;,]*(?:\bnot|n['’]t) (?:be )?(?:really )?(?:needed|necessary|required|urgent)",
    rf"(?:\bdo not|\bdon['’]t|\bnever) (?:go|visit|rush|bother|call|see|take (?:\w+ ){{1,2}}to)\b[^.;]*{_CARE}",
    rf"\b(?:only|just) (?:go|call|see)\b[^.;]*{_CARE}[^.;]*\b(?:if|when)\b[^.;]*\bworse",
    rf"{_CARE_KO}[^.]{{0,12}}?{_GO_KO}[^.]{{0,8}}?{_UNNEEDED_KO}",
    rf"{_CARE_KO}(?:은|는|이|가|까지|까지는|도)?\s*(?:꼭\s*)?(?:필요\s*없|불필요|안\s)",
    rf"{_CARE_KO}[^.]{{0,12}}?미(?:루(?!지)|뤄)",
    r"안\s*(?:가|부르|받으)(?:셔|시|아)?도|(?:갈|가실|받을|받으실|부를|부르실|전화할|보일)\s*필요(?:는|가|까지|도)?\s*없",
    r"(?:\bno need|\bneed not|n['’]?t need|\bnot need)(?: to)? (?:go|be|see|call|act|do anything|take \w+)\b",
)
_SOOTHING = _any(
    r"\b(?:do not|don['’]t|no need to|needn['’]t|nothing to|not) (?:be )?(?:too )?(?:worr|panic|alarm|concern)",
    r"\bno (?:cause|reason) for (?:concern|alarm|worry)",
    r"(?:\bnot|n['’]t) (?:\w+ )?(?:an? )?(?:\w+ )?(?:emergency|urgent|serious|dangerous|severe)\b",
    r"\bharmless\b|\b(?:perfectly|completely|totally) (?:fine|safe|normal)",
    r"(?:\bis|\bbe|'s|’s) (?:fine|okay|ok|all right)\b",
    r"괜찮(?:으니|습니다|아요|을\s*거|을\s*겁)|걱정(?:하지|할\s*필요|은\s|\s*안|\s*마)|안심",
    r"(?:위험|심각|급)하지\s*않|응급(?:\s*상황)?(?:은|이)?\s*아니|별(?:일|거|것)\s*아니|해롭지\s*않|무해",
)
_WAITING = _any(
    r"(?<!\bnot )(?<!n['’]t )(?<!\bnever )(?<!\bwithout )(?<!\bwhile you )(?<!\bwhile )\bwait(?:ing)?\b",
    r"\bwatch(?:ful)? (?:and|for a (?:few|while)|it\b|him\b|her\b|them\b)|\bsee how (?:it|he|she|they)",
    r"\bstay(?:ing)? (?:at )?home\b|\bat home (?:for now|until|first)|\bsleep on it",
    r"기다(?:려|리(?!지|는\s*동안))|지켜\s*(?:보(?!지)|봐|볼)|두고\s*(?:보(?!지)|봐)|집에서\s*(?:쉬|지내|관찰)|경과를\s*(?:보|봐|관찰)",
)
_LATER = _any(
    r"\b(?:tomorrow|next (?:week|day)|(?:this|next) (?:monday|week)|after the weekend|in the morning)\b",
    r"\bwhen (?:it is )?convenient\b",
    r"\bin (?:a few|a couple of|some|two|three|\d) days\b|\broutine appointment\b",
    r"내일|모레|다음\s*[날주]|며칠\s*(?:뒤|후|있다|지나)|나중에|아침에|주말\s*(?:지나|뒤|후)|천천히|시간\s*[되날]\s*때",
)


def split_sentences(text: str) -> Iterator[tuple[str, int]]:
    """Each whole sentence at the start of a growing text with the index where the next one begins.

    A sentence is whole when something follows it; marks such as `[2]` after its full stop belong to it.
    """
    start = 0
    for found in _BOUNDARY.finditer(text):
        piece = text[start : found.end()]
        if _ABBREVIATION.search(piece.strip()):
            continue
        start = found.end()
        if sentence := plain_sentence(piece):
            yield sentence, start


def plain_sentence(text: str) -> str:
    """One line without bullets, emphasis, invisible characters and doubled spaces."""
    kept = "".join(c if c not in "\n\t" else " " for c in unicodedata.normalize("NFC", text))
    visible = "".join(c for c in kept if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Cn"})
    return " ".join(_BULLET.sub("", visible).replace("**", "").replace("__", "").split())


def cited_numbers(sentence: str) -> tuple[int, ...]:
    """Numbers of the passages that a sentence names, each once, in order."""
    return tuple(dict.fromkeys(int(number) for number in _MARK.findall(sentence)))


def check_sentence(sentence: str, brief: Brief) -> str | None:
    """Why a sentence must not reach the parent; None when it may.

    Returns:
        `cut_off`, `markup`, `language`, `dose`, `verdict`, `lowers_urgency`, `citation`, `unsourced` or `number`.
    """
    text = unicodedata.normalize("NFKC", sentence).strip()
    words = _MARK.sub("", text)
    if not _WHOLE.search(text):
        return "cut_off"
    checks = (
        ("markup", bool(_MARKUP.search(words))),
        ("language", not _is_in(brief.lang, words)),
        ("dose", bool(DOSE.search(words) or _AMOUNT.search(words))),
        ("verdict", _is_verdict(words, brief)),
        ("lowers_urgency", lowers_urgency(words, brief.decision.urgency)),
    )
    return next((name for name, fails in checks if fails), None) or _source_fault(text, brief)


def lowers_urgency(text: str, urgency: Urgency) -> bool:
    """True when a text speaks against care, or from 24 hours upward soothes, waits or puts off."""
    if _AGAINST_CARE.search(text):
        return True
    if urgency.rank < Urgency.SOON_24H.rank:
        return False
    if _SOOTHING.search(text) or _WAITING.search(text):
        return True
    return urgency.rank >= Urgency.URGENT_SAME_DAY.rank and bool(_LATER.search(text))


def _is_in(lang: Lang, text: str) -> bool:
    """True when the letters are those of the language, with room for a foreign word."""
    letters = [c for c in text if c.isalpha()]
    hangul = sum("가" <= c <= "힣" for c in letters)
    latin = sum(c.isascii() for c in letters)
    if not letters or hangul + latin < len(letters):
        return False
    if lang is Lang.KO:
        return hangul / len(letters) >= _MIN_HANGUL
    is_short = len(text.split()) < _MIN_WORDS
    return hangul / len(letters) <= _MAX_HANGUL and (is_short or bool(_COMMON_ENGLISH.search(text)))


def _is_verdict(text: str, brief: Brief) -> bool:
    """True for words of certainty, and for a possible condition stated as a fact about the child."""
    if VERDICT.search(text) or _CERTAIN.search(text):
        return True
    if _CONDITIONAL.search(text) or not brief.condition_names:
        return False
    names = "|".join(re.escape(name) for name in brief.condition_names)
    return bool(re.search(rf"{_THE_CHILD}(?:{names})\b|(?:{names}){_IS_KO}", text, re.IGNORECASE))


def _source_fault(text: str, brief: Brief) -> str | None:
    """Whether the sentence rests on a given passage, and takes its numbers from there or from the parent."""
    cited = cited_numbers(text)
    if any(not 1 <= number <= len(brief.passages) for number in cited):
        return "citation"
    words = _MARK.sub("", text).strip()
    is_plain_question = words.endswith("?") and not _SPEAKS_OF_CARE.search(words)
    if not cited and not is_plain_question:
        return "unsourced"
    passages = [brief.passages[number - 1].text for number in cited]
    given = " ".join((*passages, *brief.child, brief.question, brief.words, brief.decision.next_step))
    known = {*_NUMBER.findall(unicodedata.normalize("NFKC", given)), *_EMERGENCY_NUMBERS}
    return None if set(_NUMBER.findall(words)) <= known else "number"

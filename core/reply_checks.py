"""Decides sentence by sentence whether what a language model wrote may reach a parent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from core.forbidden import any_of, is_in, is_verdict, leaks, lowers_urgency, names_address, names_dose
from core.prompts import RULES, Brief
from core.small_talk import is_small_talk
from core.support import SupportCheck

_MARK = re.compile(r"\[(\d{1,3})\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_EMERGENCY_NUMBERS = frozenset({"119", "1339", "999", "111", "911", "112"})
_STOP = r"[.!?…。]+[\"'”’)]*(?:\s*\[\d{1,3}\])*"
_BOUNDARY = re.compile(rf"{_STOP}(?=\s+(?:[^\s\[]|\[[^\d\]]))|(?<=[\].!?…。])[ \t]*\n|\n[ \t]*\n")
_WHOLE = re.compile(rf"(?:{_STOP}|[요다죠까]\s*(?:\[\d{{1,3}}\])+)$")
_LEFT_OPEN = any_of(
    r"(?:\.\.+|…)$",
    r"\b(?:and|or|the|an?|your|because|but|if|very|than)[.!?]$",
    r"(?:그리고|또는|하지만|[을를]|하고|때는|면|니까|지만)[.!?]$",
)
_ABBREVIATION = any_of(r"\b(?:e\.g|i\.e|dr|mr|mrs|ms|vs|approx|no)\.$", r"^\d{1,2}\.$")
_BULLET = re.compile(r"^\s*(?:[-*•·#>]+|\d{1,2}[.)])\s+")
_MARKUP = re.compile(r"https?:|www\.|[<>`|{}]|\]\(|!\[")


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
        `cut_off`, `markup`, `leak`, `address`, `language`, `dose`, `verdict`, `lowers_urgency`, `citation`, `unsourced`
        or `number`.
    """
    text = unicodedata.normalize("NFKC", sentence).strip()
    words = _MARK.sub("", text)
    if not _WHOLE.search(text) or _is_left_open(words.strip()):
        return "cut_off"
    given = " ".join(passage.text for passage in brief.passages)
    checks = (
        ("markup", bool(_MARKUP.search(words))),
        ("leak", leaks(words, RULES)),
        ("address", names_address(words, given)),
        ("language", not is_in(brief.lang, words, given)),
        ("dose", names_dose(words)),
        ("verdict", is_verdict(words, brief.condition_names)),
        ("lowers_urgency", lowers_urgency(words, brief.decision.urgency)),
    )
    return next((name for name, fails in checks if fails), None) or _source_fault(text, brief)


def with_support(sentence: str, brief: Brief, support: SupportCheck) -> str | None:
    """A sentence that passed `check_sentence`, naming a passage that says the same; None when none does.

    A mark that names the wrong one of the given passages is put right; small talk stays without.
    """
    cited = cited_numbers(sentence)
    if not cited:
        return sentence
    words = " ".join(_MARK.sub("", sentence).split())
    told = f"{told_by_parent(brief)} {brief.decision.next_step}"
    if support.support(words, [brief.passages[number - 1] for number in cited], told).is_enough:
        return sentence
    others = [number for number in range(1, len(brief.passages) + 1) if number not in cited]
    for number in others if support.has_encoder else ():
        if support.support(words, [brief.passages[number - 1]], told).is_enough:
            return f"{words} [{number}]"
    return None


def told_by_parent(brief: Brief) -> str:
    """What the parent told and asks."""
    return " ".join((*brief.child, brief.question, brief.words))


def _is_left_open(words: str) -> bool:
    """True when a sentence ends on a word that cannot end one, or inside brackets or quotes."""
    is_in_brackets = words.count("(") != words.count(")") or words.count("“") != words.count("”")
    return is_in_brackets or words.count('"') % 2 == 1 or bool(_LEFT_OPEN.search(words))


def _source_fault(text: str, brief: Brief) -> str | None:
    """Whether the sentence rests on a given passage, and takes its numbers from there or from the parent."""
    cited = cited_numbers(text)
    if any(not 1 <= number <= len(brief.passages) for number in cited):
        return "citation"
    words = _MARK.sub("", text).strip()
    told = told_by_parent(brief)
    if not cited and not is_small_talk(words, told):
        return "unsourced"
    passages = [brief.passages[number - 1].text for number in cited]
    given = " ".join((*passages, told, brief.decision.next_step))
    known = {*_NUMBER.findall(unicodedata.normalize("NFKC", given)), *_EMERGENCY_NUMBERS}
    return None if set(_NUMBER.findall(words)) <= known else "number"

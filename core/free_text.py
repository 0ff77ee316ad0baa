"""What a parent's own words say of a child, understood offline."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from core.dry_hours import read_dry_hours
from core.facts import YOUNG_BABY_MONTHS
from core.fever_days import read_fever_days
from core.measurements import read_age, read_breaths, read_course, read_duration, read_temperature
from core.phrases import KINDS, MASK, Index, Phrase, Phrases, fold, load_phrases
from core.types import FreeTextFindings, Lang
from core.vocabulary import Vocabulary

__all__ = ["Phrases", "load_phrases", "read_free_text"]

MAX_CHARACTERS = 5_000
COUNTED = frozenset({"no_wet_nappy_12h"})
"""Danger signs that are told in hours: not heard in words against a count that says less."""
_NEAR = 90
_LETTERS_PER_SPACE = 14
_WORD = re.compile(r"[^\W_]+")
_CHARTED_NO = re.compile(r" ?\(-\)")
"""How nurses note what is absent."""
_ADVERT_WORDS, _NOTICE_WORDS = 2, 3
_OF_OTHERS = frozenset({"contact_measles", "contact_chickenpox", "contact_cold_sore", "pregnant_contact"})
"""What is told of somebody near the child."""
_FEVERS = ("fever", "sudden_high_fever")
_FEVER_COUNTS_ON = frozenset(
    {"fever_5_days", "weak_immunity", "anticancer_treatment", "newborn_under_28d", "under_3_months"}
)
_DRY_HOURS, _MANY_DRY_HOURS, _FAST_BREATHS = 8, 12, 60
_HOT = re.compile(r"(?<!\d)(?:3[89]|4[01])(?!\d\d)|(?<!\d)10[0-5]")


@dataclass(frozen=True, slots=True)
class _View:
    """A text made ready for the phrases of one language."""

    text: str
    word_starts: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    phrase: Phrase
    gaps: tuple[tuple[int, int], ...]

    def says(self, other: _Found) -> bool:
        """True when the other lies inside this one's own words, not in a gap between them."""
        is_inside = self.start < other.start and other.end <= self.end + 1
        return is_inside and not any(start <= other.start and other.end <= end + 1 for start, end in self.gaps)


@dataclass(slots=True)
class _Reading:
    """What one text says so far."""

    present: dict[str, None] = field(default_factory=dict)
    denied: dict[str, None] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)

    def deny(self, names: Iterable[str]) -> None:
        """Nothing; takes what was told as present for absent."""
        for name in names:
            self.present.pop(name, None)
            self.denied[name] = None


def read_free_text(
    text: str, phrases: Phrases, vocabulary: Vocabulary, *, age_months: float | None = None
) -> FreeTextFindings:
    """What the words say; never raises, whatever the text, and reads its first 5,000 characters.

    Symptoms hold danger-sign ids too, with the symptoms they imply. A text that was set aside keeps what it tells of
    symptoms, temperature and age, because these can only make the answer more careful. The age that was told elsewhere,
    if it was, says whether a fever that ended may be left out.
    """
    text = text[:MAX_CHARACTERS]
    if not text.strip():
        return FreeTextFindings(accepted=False, reason="empty")
    plain, reading = fold(text), _Reading()
    views, temperature, age = _read_views(plain, phrases, reading), read_temperature(plain), read_age(plain)
    if _youngest(age, age_months) >= YOUNG_BABY_MONTHS and _is_fever_over(reading, views, phrases):
        temperature = None
        reading.deny(_FEVERS)
    told = _with_implied(reading.present, phrases)
    medicines = tuple(name for name in told if name in vocabulary.medicines)
    sites = tuple(name for name in told if name in vocabulary.body_sites)
    symptoms = tuple(name for name in told if name not in {*sites, *medicines})
    denied = tuple(name for name in reading.denied if name not in symptoms and name in {*vocabulary.symptoms, *COUNTED})
    is_about_child = bool(symptoms or denied)
    reason = _set_aside(reading, is_about_child=is_about_child, has_hints=bool(sites or temperature))
    return FreeTextFindings(
        accepted=reason is None,
        reason=reason,
        is_notice=not is_about_child and reading.kinds.get("advert", 0) >= _NOTICE_WORDS,
        symptoms=tuple(name for name in symptoms if name in phrases.danger) if reason == "not_a_symptom" else symptoms,
        denied=denied if reason is None else (),
        body_sites=sites if reason is None else (),
        temperature_c=temperature,
        age_months=age,
        duration_hours=read_duration(plain),
        medicines=medicines,
    )


def _read_views(plain: str, phrases: Phrases, reading: _Reading) -> Mapping[Lang, _View]:
    """The views of the text, after adding what they say to the reading."""
    views = {Lang.KO: _compact(plain, phrases.spelling), Lang.EN: _words(plain)}
    for lang, view in views.items():
        _read_view(view, phrases, reading, lang)
    _read_counts(plain, reading)
    return views


def _read_counts(plain: str, reading: _Reading) -> None:
    """Adds what the text counts to the reading: days of fever, breaths, and hours without wee, which overrule phrases.

    More than 60 breaths a minute are too fast at any age. Source: NICE NG143 (2019, updated 2021), table 1, red.
    """
    if (read_breaths(plain) or 0) > _FAST_BREATHS:
        reading.present["fast_breathing"] = None
    if "fever" not in reading.denied and read_fever_days(plain):
        reading.present["fever_5_days"] = None
    told = zip(("over_a_week", "new_spots_after_7_days"), read_course(plain), strict=True)
    reading.present |= dict.fromkeys(name for name, is_told in told if is_told)
    dry = read_dry_hours(plain)
    for name, hours in (("no_wet_nappy_8h", _DRY_HOURS), ("no_wet_nappy_12h", _MANY_DRY_HOURS)):
        if dry and dry[0] >= hours:
            reading.present[name] = None
        elif dry and dry[1] < hours:
            reading.deny([name])


def _with_implied(names: Collection[str], phrases: Phrases) -> tuple[str, ...]:
    """The ids and what they always bring with them, each once."""
    implied = (more for name in names for more in phrases.implies.get(name, ()))
    return tuple(dict.fromkeys((*names, *implied)))


def is_elsewhere(text: str, phrases: Phrases) -> bool:
    """Whether the words name a film, a game, work, a thing or a pet, and no child of the parent's own."""
    plain = fold(text)
    views = {Lang.KO: _compact(plain, phrases.spelling).text, Lang.EN: _words(plain).text}
    own = any(phrases.context[f"{lang}_own_child"].search(view) for lang, view in views.items())
    return not own and any(phrases.context[f"{lang}_elsewhere"].search(view) for lang, view in views.items())


def _youngest(*ages: float | None) -> float:
    return min((age for age in ages if age is not None), default=0.0)


def _is_fever_over(reading: _Reading, views: Mapping[Lang, _View], phrases: Phrases) -> bool:
    """Whether the words say that a fever has ended, no medicine is named, and it has not come back.

    Not after five days of fever, nor with weak immunity: there a fever that has ended counts too.
    """
    if reading.present.keys() & _FEVER_COUNTS_ON:
        return False
    is_over = False
    for lang, view in views.items():
        if phrases.context[f"{lang}_fever_stays"].search(view.text):
            return False
        end = phrases.context[f"{lang}_fever_over"].search(view.text)
        is_over |= end is not None and not _HOT.search(view.text, end.end())
    return is_over


def _set_aside(reading: _Reading, *, is_about_child: bool, has_hints: bool) -> str | None:
    """Why the text is set aside, or None."""
    kinds = reading.kinds
    if "command" in kinds or ("plea" in kinds and not is_about_child):
        return "instruction"
    if kinds.get("advert", 0) >= _ADVERT_WORDS:
        return "not_a_symptom"
    return None if is_about_child or has_hints or kinds.get("health") else "not_a_symptom"


def _read_view(view: _View, phrases: Phrases, reading: _Reading, lang: Lang) -> None:
    """Adds what one view of the text says to the reading."""
    found = _unmasked(list(_occurrences(view.text, phrases.index[lang], view.word_starts)))
    starts = [0, *(match.end() for match in phrases.context[f"{lang}_boundary"].finditer(view.text))]
    judged: dict[tuple[tuple[str, str], Phrase], bool | None] = {}
    for item in _outermost(found, phrases.kept):
        owner = item.phrase.owner
        if owner in KINDS:
            reading.kinds[owner] = reading.kinds.get(owner, 0) + 1
        if owner in KINDS or owner in reading.present:
            continue
        begin = max(starts[bisect_right(starts, item.start) - 1], item.start - _NEAR)
        reading.kinds["health"] = reading.kinds.get("health", 0) + (owner not in phrases.sites)
        around = view.text[begin : item.start], view.text[item.end : item.end + _NEAR]
        if (around, item.phrase) not in judged:
            judged[around, item.phrase] = _polarity(around, item.phrase, phrases, lang)
        said = judged[around, item.phrase]
        if said is not None:
            (reading.present if said else reading.denied)[owner] = None


def _polarity(around: tuple[str, str], phrase: Phrase, phrases: Phrases, lang: Lang) -> bool | None:
    """True: told as present; False: as absent; None: a question, a fear, the past or somebody else."""
    before, after = around
    is_danger = phrase.owner in phrases.danger

    def stands(*names: str) -> bool:
        patterns = (phrases.context[f"{lang}_{name}"] for name in names)
        return any(
            pattern.search(before) if name.endswith("before") else pattern.match(after)
            for name, pattern in zip(names, patterns, strict=True)
        )

    in_list = (stands("list_before") and stands("list_after")) or (not is_danger and stands("loose_list_after"))
    if in_list or stands("absent_before", "absent_after"):
        return None if phrase.is_denial else False
    if phrase.is_denial and stands("doubt_before", "doubt_after"):
        return None
    if stands("unsure_before", "unsure_after", "past_before", "past_after"):
        return None
    is_others = stands("other_child_before") or (not is_danger and stands("other_before"))
    is_others |= stands("others_before") and stands("mine_after")
    return None if is_others and phrase.owner not in _OF_OTHERS else not phrase.is_denial


def _occurrences(text: str, index: Index, word_starts: frozenset[int]) -> Iterator[_Found]:
    """Every phrase in the text, from left to right."""
    for start in range(len(text)):
        for head in (text[start], text[start : start + 2]):
            for phrase in index.get(head, ()):
                if phrase.opens_word and start not in word_starts:
                    continue
                match = _compiled(phrase.pattern).match(text, start)
                if match:
                    yield _Found(start, match.end(), phrase, match.regs[1:])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The compiled pattern; compiled when first needed, because few of the phrases ever are."""
    return re.compile(pattern)


def _unmasked(found: Sequence[_Found]) -> list[_Found]:
    """The found phrases without those of a finding that begin inside a mask, or with it and end before it."""
    masks = [item for item in found if item.phrase.owner == MASK]
    hidden = {place for mask in masks for place in range(mask.start + 1, mask.end)}
    ends = {mask.start: mask.end for mask in masks}
    return [
        item
        for item in found
        if item.phrase.owner in KINDS or (item.start not in hidden and item.end >= ends.get(item.start, 0))
    ]


def _outermost(found: Iterable[_Found], kept: frozenset[str]) -> Iterator[_Found]:
    """The found phrases without harmless symptoms that begin inside a longer phrase of another meaning."""
    longest: _Found | None = None
    for item in sorted(found, key=lambda item: (item.start, -item.end)):
        name = item.phrase.owner
        if longest is None or not longest.says(item) or longest.phrase.owner == name or name in kept:
            yield item
        if name not in KINDS and (longest is None or item.end > longest.end):
            longest = item


def _compact(plain: str, spelling: Iterable[tuple[str, str]]) -> _View:
    """Letters and digits without spaces; "." ends a sentence, "," a part of it.

    Where hardly any space was typed, a word may begin anywhere.
    """
    text = re.sub(r"(?<=\d)\.(?=\d)", "점", _CHARTED_NO.sub(" 없음 ", plain))
    text = re.sub(r"\.{2,}|…|\n", ", ", text)
    text = re.sub(r"[!?。]+", ". ", text)
    text = re.sub(r"[,~·/()%;:_-]+", ", ", re.sub(r"[^\w\s.,~·/()%;:-]", " ", text))
    words = re.sub(r" +(?=[.,])", "", " ".join(text.split()))
    for slip, meant in spelling:
        words = words.replace(slip, meant)
    view = words.replace(" ", "")
    if len(words) - len(view) < len(view) / _LETTERS_PER_SPACE:
        return _View(view, frozenset(range(len(view))))
    lengths = accumulate(len(word) for word in words.split(" "))
    return _View(view, frozenset([0, *lengths]))


def _words(plain: str) -> _View:
    """Words with single spaces; "." and ";" end a clause, "," a part of it."""
    text = re.sub(r"(?<=\d)\.(?=\d)", "", _CHARTED_NO.sub(" none,", plain))
    text = re.sub(r"\.{2,}|…", ", ", text)
    text = re.sub(r"[!?\n]+", ". ", text).replace("-", " ")
    text = re.sub(r" +([.,;:])", r"\1", re.sub(r"\s+", " ", text))
    return _View(text, frozenset(match.start() for match in _WORD.finditer(text)))

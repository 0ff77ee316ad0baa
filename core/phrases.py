"""How parents say it: the phrases of `kb/phrases.toml`, found by the letters they begin with.

Every gap in a phrase is bounded, so that the time to read a text grows with its length and hardly with the number of
phrases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from core.errors import KnowledgeInvalid
from core.types import Lang
from core.vocabulary import Vocabulary, read_toml

MASK = "mask"
KINDS = frozenset({MASK, "health", "advert", "command", "plea"})
_GAPS = {
    Lang.EN: {"*": r"([^.]{0,20}?)\b", "_": r"([^.]{0,8}?)\b", "~": r"[^ .,]{0,6}?"},
    Lang.KO: {"*": r"([^.]{0,10}?)", "_": r"((?:(?!안[붓부])[^.]){0,3}?)"},
}
_SPECIAL = re.compile(r"[{*_~]")
_LONE_LETTERS = re.compile(r"[\u1100-\u11ff\u3131-\u318e\u200b-\u200f\ufeff](?![\u1160-\u11ff])")
_CONTEXTS = frozenset(
    f"{lang}_{name}"
    for lang in Lang
    for name in (
        *(f"{kind}_{side}" for kind in ("absent", "unsure", "past", "doubt", "list") for side in ("before", "after")),
        "loose_list_after",
        "other_before",
        "other_child_before",
        "boundary",
        "fever_over",
        "fever_stays",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A way to say something."""

    owner: str
    """Id of a symptom, danger sign or body site, or one of the kinds `mask`, `health`, `advert`, `command`, `plea`."""
    pattern: str
    """A regular expression whose groups are its gaps, all of them bounded."""
    is_denial: bool
    """True when it says that the sign is absent."""
    opens_word: bool
    """True when it counts only where a word begins."""


Index = Mapping[str, tuple[Phrase, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Everything that words are understood by."""

    index: Mapping[Lang, Index]
    """First letters, at most two → phrases: Korean ones for text without spaces, English ones for words."""
    context: Mapping[str, re.Pattern[str]]
    """What stands before or after a phrase and changes what it means."""
    spelling: tuple[tuple[str, str], ...]
    """Korean slips and what was meant."""
    implies: Mapping[str, tuple[str, ...]]
    """Id → ids of symptoms that come with it."""
    danger: frozenset[str]
    """Ids of danger: their phrases count even where another adult may be meant."""
    sites: frozenset[str]
    """Ids of body sites."""
    medicines: frozenset[str]
    """Ids of medicines."""
    kept: frozenset[str]
    """Ids and kinds whose phrases count even inside a longer phrase."""


def fold(text: str) -> str:
    """Text in one case and Unicode form, without lone Korean letters such as ㅠㅠ and without apostrophes."""
    return re.sub(r"['’`\u00b4\u2018]", "", unicodedata.normalize("NFKC", _LONE_LETTERS.sub("", text)).casefold())


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Sayings(_Closed):
    ko: list[str] = []
    en: list[str] = []


class _Term(_Sayings):
    id: str
    no_ko: list[str] = []
    no_en: list[str] = []


class _Ids(_Closed):
    ids: list[str]


class _Spelling(_Closed):
    ko: list[tuple[str, str]]


class _Phrases(_Closed):
    mask: _Sayings
    implies: dict[str, list[str]]
    never_hidden: _Ids
    spelling: _Spelling
    context: dict[str, str]
    kinds: dict[str, _Sayings]
    term: list[_Term]


def load_phrases(kb_dir: Path, vocabulary: Vocabulary) -> Phrases:
    """The phrases of `kb/phrases.toml`.

    Raises:
        KnowledgeInvalid: one argument a fault: an unknown or repeated id, a phrase that is empty or leaves a brace
            open, a context that is missing or no pattern.
    """
    data = read_toml(kb_dir / "phrases.toml", _Phrases)
    faults = list(
        _faults(data, {*vocabulary.symptoms, *vocabulary.danger_signs, *vocabulary.body_sites, *vocabulary.medicines})
    )
    if faults:
        raise KnowledgeInvalid(*(f"phrases.toml: {fault}" for fault in faults))
    implied = {name for sign in vocabulary.danger_signs.values() for name in sign.implies}
    alarming = {name for name, term in vocabulary.symptoms.items() if term.group == "red_flag"}
    danger = frozenset({*vocabulary.danger_signs, *implied, *alarming})
    signs = {name: sign.implies for name, sign in vocabulary.danger_signs.items()}
    return Phrases(
        index=_index(data),
        context={name: _context(pattern) for name, pattern in data.context.items()},
        spelling=tuple(data.spelling.ko),
        implies={name: tuple(more) for name, more in data.implies.items()} | signs,
        danger=danger,
        sites=frozenset(vocabulary.body_sites),
        medicines=frozenset(vocabulary.medicines),
        kept=danger | KINDS | {*vocabulary.body_sites, *vocabulary.medicines, *data.never_hidden.ids},
    )


def _faults(data: _Phrases, known: Collection[str]) -> Iterator[str]:
    """What is wrong with the file beyond its shape."""
    names = [term.id for term in data.term]
    named = [*names, *data.never_hidden.ids, *(name for key, more in data.implies.items() for name in (key, *more))]
    yield from (f"unknown id {name}" for name in dict.fromkeys(named) if name not in known)
    yield from (f"{name} stands twice" for name in sorted({name for name in names if names.count(name) > 1}))
    yield from (f"unknown kind {name}" for name in data.kinds if name not in KINDS)
    yield from (f"context {name} is missing" for name in _CONTEXTS if name not in data.context)
    for owner, _, saying, _ in _sayings(data):
        if saying.count("{") != saying.count("}") or not saying.strip("^*_~ "):
            yield f"{owner}: {saying!r} has an open brace or is empty"
    for name, pattern in data.context.items():
        try:
            _context(pattern)
        except re.error as error:
            yield f"context {name}: {error}"


def _context(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("\n", ""))


def _index(data: _Phrases) -> Mapping[Lang, Index]:
    """The phrases of each language by the letters they begin with."""
    index: dict[Lang, dict[str, dict[Phrase, None]]] = {lang: {} for lang in Lang}
    for owner, lang, saying, is_denial in _sayings(data):
        folded = re.sub(r" +", " ", fold(saying).replace("-", " ")).strip()
        opens_word = lang is Lang.EN or folded.startswith("^")
        folded = folded.removeprefix("^")
        pattern = _pattern(folded, lang)
        phrase = Phrase(owner=owner, pattern=pattern, is_denial=is_denial, opens_word=opens_word)
        for head in _heads(folded):
            index[lang].setdefault(head, {})[phrase] = None
    return {lang: {head: tuple(items) for head, items in found.items()} for lang, found in index.items()}


def _sayings(data: _Phrases) -> Iterator[tuple[str, Lang, str, bool]]:
    """Owner, language, phrase as written, and whether it denies."""
    for owner, sayings in [(MASK, data.mask), *data.kinds.items(), *((term.id, term) for term in data.term)]:
        yield from ((owner, Lang.KO, saying, False) for saying in sayings.ko)
        yield from ((owner, Lang.EN, saying, False) for saying in sayings.en)
    for term in data.term:
        yield from ((term.id, Lang.KO, saying, True) for saying in term.no_ko)
        yield from ((term.id, Lang.EN, saying, True) for saying in term.no_en)


def _heads(saying: str) -> Iterator[str]:
    """The letters, at most two, that a phrase can begin with."""
    special = _SPECIAL.search(saying)
    end = special.start() if special else len(saying)
    if special is None or end > 1 or special[0] != "{":
        yield saying[: min(end, 2)]
        return
    close = _closing(saying, end)
    for choice in _choices(saying[end + 1 : close]):
        yield from _heads(saying[:end] + choice + saying[close + 1 :])


def _pattern(saying: str, lang: Lang) -> str:
    """The regular expression for a phrase; English ones end where a word ends."""
    open_ended = saying.endswith("~")
    marks = {**_GAPS[lang], "{": "(?:", "}": ")", ",": "|"}
    depth, parts = 0, []
    for letter in saying.removesuffix("~"):
        depth += (letter == "{") - (letter == "}")
        is_mark = letter in marks and (letter != "," or depth > 0)
        parts.append(marks[letter] if is_mark else re.escape(letter))
    return "".join(parts) + (r"(?![a-z0-9])" if lang is Lang.EN and not open_ended else "")


def _closing(saying: str, opening: int) -> int:
    """Where the brace that opens at a place closes."""
    depth = 0
    for place in range(opening, len(saying)):
        depth += (saying[place] == "{") - (saying[place] == "}")
        if depth == 0:
            return place
    return len(saying)


def _choices(inside: str) -> Iterator[str]:
    """The alternatives between two braces, which may hold braces themselves."""
    depth, begin = 0, 0
    for place, letter in enumerate(inside):
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            yield inside[begin:place]
            begin = place + 1
    yield inside[begin:]

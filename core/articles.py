"""Articles as they stand in `kb/`: sentence pairs in two languages, each with its source, and their faults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from core.types import Lang, Passage, Sentence

GENERAL, NURSERY = "general", "nursery"
SECTIONS = (
    "summary",
    "looks",
    "feels",
    "causes",
    "course",
    "contagion",
    "nursery",
    "home_care",
    "do_not",
    "medicines",
    "see_doctor",
    "call_119",
    "doctor_will",
    "myths",
)
REQUIRED_SECTIONS = frozenset(
    {"summary", "looks", "course", "contagion", "home_care", "do_not", "see_doctor", "call_119"}
)
SOURCED_SECTIONS = frozenset({"medicines", "see_doctor", "call_119"})
DOSE = re.compile(r"\d\s*(mg|mcg|㎎|ml|㎖|cc|밀리그램|밀리리터|시시)(?![a-z])", re.IGNORECASE)
VERDICT = re.compile(r"diagnos(is|ed with)\b|\bdefinitely\b|진단입니다|확진입니다|확실합니다|틀림없", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a sentence comes from."""

    id: str
    """Stable id."""
    title: str
    """Title of the page or paper."""
    url: str
    """Address."""
    publisher: str
    """Who answers for it."""
    read: date
    """Day it was read."""
    licence: str
    """Terms, as seen or as known."""
    is_core: bool
    """True for a national health service, public-health agency, specialist society or university hospital."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence in both languages as it stands in a file."""

    line: int
    """Line of the file, from 1."""
    section: str
    """Section id."""
    values: dict[str, str]
    """`ko`, `en` and `source`, as far as they are there."""


def read_pairs(body: str, first_line: int) -> tuple[list[Pair], list[tuple[int, str]]]:
    """Sentence pairs of an article's body and the lines that fit nothing."""
    pairs: list[Pair] = []
    faults: list[tuple[int, str]] = []
    section = ""
    for number, raw in enumerate(body.splitlines(), first_line):
        line = raw.strip()
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.startswith("- ko:"):
            pairs.append(Pair(number, section, {"ko": line[5:].strip()}))
        elif pairs and (key := line.partition(":")[0]) in {"en", "source"} and key not in pairs[-1].values:
            pairs[-1].values[key] = line.partition(":")[2].strip()
        elif line:
            faults.append((number, f"not a heading, a sentence or a source: {line[:40]}"))
    return pairs, faults


def pair_faults(pair: Pair, sources: Mapping[str, Source]) -> Iterator[tuple[int, str]]:
    """What is wrong with one sentence pair."""
    if pair.section not in SECTIONS:
        yield pair.line, f"unknown section {pair.section!r}"
    for key in ("ko", "en", "source"):
        if not pair.values.get(key):
            yield pair.line, f"{key} is missing"
    source = pair.values.get("source", "")
    if source and source != GENERAL and source not in sources:
        yield pair.line, f"unknown source {source}"
    if source == GENERAL and pair.section in SOURCED_SECTIONS:
        yield pair.line, f"{pair.section} must not rest on general knowledge"
    for lang in Lang:
        text = pair.values.get(lang.value, "")
        if text and not text.endswith((".", "?", "!")):
            yield pair.line, f"{lang.value} does not end with a full stop"
        if DOSE.search(text):
            yield pair.line, f"{lang.value} names a dose"
        if VERDICT.search(text):
            yield pair.line, f"{lang.value} sounds like a verdict"


def passages(condition: str, pairs: list[Pair], lang: Lang) -> tuple[Passage, ...]:
    """The article's sections in one language."""
    empty = Passage(id="", condition=condition, section="", lang=lang, sentences=())
    return tuple(
        replace(
            empty,
            id=f"{condition}.{section}.{lang.value}",
            section=section,
            sentences=tuple(
                Sentence(text=pair.values.get(lang.value, ""), source=pair.values.get("source", ""))
                for pair in pairs
                if pair.section == section
            ),
        )
        for section in SECTIONS
        if any(pair.section == section for pair in pairs)
    )

"""The corpora of the word reader: parents' words, written for this purpose, with what they tell of."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

POOLED = 16
"""Batches that are sorted by length together."""
OTHER, OTHER_TALK, ANY_DANGER = "other", "other_talk", "any_danger"
TALK = frozenset({"thanks", "greeting", "worry", "about_app", "out_of_scope", "instruction"})
"""Kinds of talk that ask for no article."""
DANGEROUS = frozenset(
    (
        "anaphylaxis",
        "bee_wasp_sting",
        "burn_scald",
        "drug_rash",
        "eczema_herpeticum",
        "eczema_infected",
        "erythema_multiforme",
        "hand_foot_mouth",
        "herpangina",
        "herpetic_gingivostomatitis",
        "hives",
        "iga_vasculitis",
        "itp",
        "jaundice_newborn",
        "kawasaki_disease",
        "leukaemia_warning",
        "measles",
        "meningococcal_disease",
        "neonatal_hsv",
        "omphalitis",
        "periorbital_cellulitis",
        "petechiae_minor",
        "sepsis",
        "severe_strep_infection",
        "sjs_ten",
        "ssss",
        "toxic_shock_syndrome",
        "unexplained_bruising",
    )
)
"""Conditions whose texts may tell of danger: nobody looked for signs in them."""
OPEN_SIGNS = frozenset({"fever", "poor_feeding", "skin_infected", "eye_swollen_infected", "jaundice", "gut_feeling"})
"""Signs that texts on harmless conditions may tell of as well."""
OPEN_ASKS = frozenset({"call_119", "see_doctor", "when_to_worry", "tells", "worry", "glass_test", "fever_care"})
"""What texts that tell of a sign may ask for as well."""
MIXED_CHARACTERS, OTHER_LANGUAGE, BETWEEN = 120, 0.25, (" ", " ", ". ", "\n", ", ", " ㅠㅠ ", " ... ", "  ")
BLOCK = 10
"""Neighbouring lines are often near twins that differ in one word: they stay on one side of every split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One text."""

    text: str
    """As a parent would type it."""
    lang: str
    """`ko` or `en`."""
    signs: frozenset[str] | None
    """Names of the signs that it says are present in this child now; None when nobody looked for signs."""
    condition: str | None
    """Id of the condition that it describes, or `other`; None when nobody asked for one."""
    asks: tuple[str, ...] = ()
    """Sections and general articles that answer it, or what kind of talk it is; empty when nobody asked."""
    is_other_talk: bool | None = None
    """True when it has nothing to do with the health of a child in the parent's care; None when nobody looked."""


def is_harmless(words: Words) -> bool:
    """Whether it is on a harmless condition, or a question that nobody asks who tells of danger."""
    is_plain = words.condition is not None and words.condition not in DANGEROUS
    return is_plain or (bool(words.asks) and not OPEN_ASKS & set(words.asks))


def read_corpus(path: Path) -> list[Words]:
    """The texts in the order of the file; raises KeyError or ValueError for a line that is none."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Words(
            text=row["text"],
            lang=row["lang"],
            signs=frozenset(row["signs"]) if "signs" in row else None,
            condition=row.get("condition"),
            asks=tuple(row.get("asks", ())),
            is_other_talk=row["other"] if "other" in row else _is_other_talk(row),
        )
        for row in rows
    ]


def _is_other_talk(row: Mapping[str, Any]) -> bool | None:
    """False for a text that tells of a sign or a condition or asks about one; None when it may be anything."""
    is_health = row.get("signs") or row.get("condition", OTHER) != OTHER or set(row.get("asks", TALK)) - TALK
    return False if is_health else None


def held_out_blocks(count: int, share: float, seed: int) -> set[int]:
    """Places of about this share of the texts, whole blocks at a time."""
    blocks = list(range((count + BLOCK - 1) // BLOCK))
    chosen = set(random.Random(seed).sample(blocks, round(share * len(blocks))))  # noqa: S311
    return {place for place in range(count) if place // BLOCK in chosen}


def sign_names(corpus: Iterable[Words]) -> list[str]:
    """Every sign of the corpus, sorted, and last that there is any but fever, and talk of something else."""
    return [*sorted({sign for words in corpus for sign in words.signs or ()}), ANY_DANGER, OTHER_TALK]


def condition_names(corpus: Iterable[Words]) -> list[str]:
    """Every condition of the corpus, sorted."""
    return sorted({words.condition for words in corpus if words.condition is not None})


def ask_names(corpus: Iterable[Words]) -> list[str]:
    """Everything that the questions of the corpus ask for, sorted."""
    return sorted({name for words in corpus for name in words.asks})


def among_other_talk(corpus: Sequence[Words], count: int, chance: random.Random) -> list[Words]:
    """New texts of two: what somebody tells of a child, before or after talk of something else.

    What a text tells is true as well when an order to the system, an advert or a film stands beside it, with nothing
    between them. Every other text tells of danger, and one in eight is in two languages.

    Args:
        corpus: what to take the texts from; those that are long already are left out.
        count: how many new texts.
        chance: what decides the pairs and their order.
    """
    short = [words for words in corpus if len(words.text) <= MIXED_CHARACTERS and not words.asks]
    told = [words for words in short if words.is_other_talk is False]
    grave = [words for words in told if words.signs]
    talk = [words for words in short if words.is_other_talk]
    return [_beside(chance.choice(grave if place % 2 else told), talk, chance) for place in range(count)]


def _beside(words: Words, talk: Sequence[Words], chance: random.Random) -> Words:
    is_any = chance.random() < OTHER_LANGUAGE
    other = chance.choice([more.text for more in talk if is_any or more.lang == words.lang])
    pair = [words.text, other]
    chance.shuffle(pair)
    return replace(words, text=chance.choice(BETWEEN).join(pair))


def as_typed_in_haste(words: Words, chance: random.Random) -> str:
    """The text, now and then without spaces (Korean), with a letter lost or swapped, or without its last signs."""
    text, roll = words.text, chance.random()
    if words.lang == "ko" and roll < 0.25:
        return text.replace(" ", "")
    if roll < 0.4 and len(text) > 8:
        place = chance.randrange(1, len(text) - 2)
        swapped = text[place + 1] + text[place] if chance.random() < 0.5 else ""
        return text[:place] + swapped + text[place + len(swapped or "x") :]
    return text.rstrip(".!?ㅠ ") if roll < 0.5 else text


def batches(lengths: Sequence[int], size: int, chance: random.Random) -> list[list[int]]:
    """Places of texts in batches of one size and of like length, in random order; what is left over is left out.

    Args:
        lengths: length of each text; like lengths together waste little on padding.
        size: texts a batch.
        chance: what decides the order.
    """
    mixed = list(range(len(lengths)))
    chance.shuffle(mixed)
    pool = size * POOLED
    pools = (mixed[start : start + pool] for start in range(0, len(mixed), pool))
    ordered = [place for part in pools for place in sorted(part, key=lengths.__getitem__)]
    found = [ordered[start : start + size] for start in range(0, len(ordered) - size + 1, size)]
    chance.shuffle(found)
    return found

"""Whom to call and whose nursery rules count, by country."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from core.errors import KnowledgeInvalid
from core.types import Lang, Sentence, UrgencyDecision
from core.vocabulary import Bilingual, read_toml

ANYWHERE, KOREA = "anywhere", "kr"
_EVERY_NUMBER = "119 in Korea, 999 in the UK, 911 in the US"
_ABOUT_KOREA = "한국"
_KOREAN_NUMBER = re.compile(r"(?<!\d)119(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A number to tap or a page to open."""

    name: Mapping[Lang, str]
    """What the button says."""
    url: str
    """`tel:` or `https:` address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """Where a parent is, as far as it changes what to do."""

    id: str
    """Stable id."""
    name: Mapping[Lang, str]
    """Name in each language."""
    time_zones: frozenset[str]
    """IANA names that point to it."""
    mentions: tuple[str, ...]
    """Words by which a nursery rule names it."""
    emergency: Mapping[Lang, str]
    """The emergency number in words."""
    numbers: tuple[str, ...]
    """Emergency numbers to tap."""
    calls: tuple[Call, ...]
    """Whom to ask when it is urgent and no emergency."""
    fillings: Mapping[str, Mapping[Lang, str]]
    """Name of a place in a rule's next step → the sentence that stands there."""

    def say(self, text: str, lang: Lang) -> str:
        """A text of `kb/` with this country's numbers."""
        for name, filling in self.fillings.items():
            text = text.replace(f"{{{name}}}", filling[lang])
        if lang is Lang.EN:
            return text.replace(_EVERY_NUMBER, self.emergency[lang])
        return text if _ABOUT_KOREA in text else _KOREAN_NUMBER.sub(self.emergency[lang], text)

    def decide(self, decision: UrgencyDecision, lang: Lang) -> UrgencyDecision:
        """A decision with this country's numbers in its next steps."""
        rules = tuple(replace(rule, next_step=self.say(rule.next_step, lang)) for rule in decision.rules)
        return replace(decision, next_step=self.say(decision.next_step, lang), rules=rules)


Countries = Mapping[str, Country]


def guess_country(countries: Countries, lang: Lang, time_zone: str | None) -> str:
    """The id of the country that language and time zone point to."""
    for country in countries.values():
        if time_zone in country.time_zones:
            return country.id
    return KOREA if lang is Lang.KO and time_zone is None else ANYWHERE


def in_country(sentences: Iterable[Sentence], country: str, countries: Countries) -> tuple[Sentence, ...]:
    """The sentences without those that are only about other countries; all of them when the country is not known."""
    if not countries[country].mentions:
        return tuple(sentences)
    others = [word for item in countries.values() if item.id != country for word in item.mentions]
    return tuple(
        sentence
        for sentence in sentences
        if _names(sentence.text, countries[country].mentions) or not _names(sentence.text, others)
    )


def _names(text: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", text) for word in words)


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Advice(_Closed):
    number: str
    name: Bilingual


class _Link(_Closed):
    url: str
    name: Bilingual


class _Country(_Closed):
    name: Bilingual
    time_zones: list[str]
    mentions: list[str]
    emergency: Bilingual
    numbers: list[str]
    advice: _Advice | None = None
    link: _Link | None = None
    same_day: Bilingual
    ask: Bilingual
    phone: Bilingual
    sources: list[str]


class _Countries(_Closed):
    country: dict[str, _Country]


def load_countries(kb_dir: Path, source_ids: Collection[str]) -> Countries:
    """The countries of `kb/countries.toml`.

    Raises:
        KnowledgeInvalid: the file breaks its schema, lacks `kr` or `anywhere`, or names an unknown source.
    """
    items = read_toml(kb_dir / "countries.toml", _Countries).country
    faults = [f"{name} is missing" for name in (KOREA, ANYWHERE) if name not in items]
    named = [(name, source) for name, item in items.items() for source in item.sources]
    faults += [f"{name}: unknown source {source}" for name, source in named if source not in source_ids]
    if faults:
        raise KnowledgeInvalid(*(f"countries.toml: {fault}" for fault in faults))
    return {name: _country(name, item) for name, item in items.items()}


def _country(name: str, item: _Country) -> Country:
    calls = [Call(name=item.advice.name.by_lang(), url=f"tel:{item.advice.number}")] if item.advice else []
    calls += [Call(name=item.link.name.by_lang(), url=item.link.url)] if item.link else []
    return Country(
        id=name,
        name=item.name.by_lang(),
        time_zones=frozenset(item.time_zones),
        mentions=tuple(item.mentions),
        emergency=item.emergency.by_lang(),
        numbers=tuple(item.numbers),
        calls=tuple(calls),
        fillings={"same_day": item.same_day.by_lang(), "ask": item.ask.by_lang(), "phone": item.phone.by_lang()},
    )

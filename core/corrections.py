"""What was understood from words, shown to the parent, and taken back where the parent says that it is not so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from core.messages import translate
from core.phrases import Phrases
from core.types import FreeTextFindings, Lang
from core.vocabulary import Vocabulary

NOT = "not:"
AGE, TEMPERATURE, DURATION = "age_months", "temperature_c", "duration_hours"
_HOURS_A_DAY, DAYS_A_MONTH, _MONTHS_A_YEAR = 24, 30.4, 12
_TOLD_IN_DAYS, _TOLD_IN_MONTHS = 2.0, 24.0
"""A baby's age is told in days up to two months, in months up to two years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFact:
    """One thing understood from words, for the parent to correct."""

    id: str
    """A symptom, danger-sign, body-site or medicine id, `not:<symptom id>`, or the name of a measured field."""
    text: str
    """What it is called, in the parent's language."""
    is_danger: bool = False
    """True when it can make an emergency."""
    is_taken_back: bool = False
    """True when the parent says that it is not so."""


def found_facts(
    findings: FreeTextFindings, phrases: Phrases, vocabulary: Vocabulary, lang: Lang
) -> tuple[FoundFact, ...]:
    """What the words said, danger first; what another finding already implies is not shown twice."""
    implied = {more for name in findings.symptoms for more in phrases.implies.get(name, ()) if more != name}
    names = [name for name in findings.symptoms if name not in implied]
    present = [
        FoundFact(id=name, text=vocabulary.label(name, lang), is_danger=name in phrases.danger) for name in names
    ]
    sites = [FoundFact(id=name, text=vocabulary.label(name, lang)) for name in findings.body_sites]
    medicines = [FoundFact(id=name, text=vocabulary.label(name, lang)) for name in findings.medicines]
    absent = [
        FoundFact(id=f"{NOT}{name}", text=translate(lang, "no {symptom}", symptom=vocabulary.label(name, lang)))
        for name in findings.denied
    ]
    found = (*present, *_measured(findings, lang), *sites, *medicines, *absent)
    return tuple(sorted(found, key=lambda fact: not fact.is_danger))


def apply_corrections(findings: FreeTextFindings, corrected: Collection[str], phrases: Phrases) -> FreeTextFindings:
    """The findings without what the parent says is not so, and without what only that implied.

    A taken back "no" leaves the symptom open: nobody said that it is there.
    """
    if not corrected:
        return findings
    kept = [name for name in findings.symptoms if name not in corrected]
    gone = {more for name in findings.symptoms if name in corrected for more in phrases.implies.get(name, ())}
    still = {more for name in kept for more in phrases.implies.get(name, ()) if name not in gone}
    return replace(
        findings,
        symptoms=tuple(name for name in kept if name not in gone or name in still),
        denied=tuple(name for name in findings.denied if f"{NOT}{name}" not in corrected),
        suspected=tuple(name for name in findings.suspected if name not in corrected),
        body_sites=tuple(name for name in findings.body_sites if name not in corrected),
        medicines=tuple(name for name in findings.medicines if name not in corrected),
        temperature_c=None if TEMPERATURE in corrected else findings.temperature_c,
        age_months=None if AGE in corrected else findings.age_months,
        duration_hours=None if DURATION in corrected else findings.duration_hours,
    )


def _measured(findings: FreeTextFindings, lang: Lang) -> Iterator[FoundFact]:
    """Age, temperature and duration in words."""
    if findings.age_months is not None:
        yield FoundFact(id=AGE, text=_age(findings.age_months, lang))
    if findings.temperature_c is not None:
        yield FoundFact(id=TEMPERATURE, text=f"{findings.temperature_c:.1f} °C")
    if findings.duration_hours is not None:
        days = round(findings.duration_hours / _HOURS_A_DAY)
        hours = round(findings.duration_hours)
        text = (
            translate(lang, "for {count} days", count=days) if days else translate(lang, "for {count} h", count=hours)
        )
        yield FoundFact(id=DURATION, text=text)


def _age(months: float, lang: Lang) -> str:
    if months < _TOLD_IN_DAYS:
        return translate(lang, "{count} days old", count=round(months * DAYS_A_MONTH))
    if months < _TOLD_IN_MONTHS:
        return translate(lang, "{count} months old", count=int(months))
    return translate(lang, "{count} years old", count=int(months / _MONTHS_A_YEAR))

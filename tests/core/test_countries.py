"""Whom to call, by country."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.countries import guess_country, in_country, load_countries
from core.errors import KnowledgeInvalid
from core.knowledge import KnowledgeBase, load_knowledge
from core.types import Lang, Sentence

KB = Path(__file__).parents[2] / "kb"


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    """The real knowledge base."""
    return load_knowledge(KB)


@pytest.mark.parametrize(
    ("lang", "time_zone", "country"),
    [
        (Lang.KO, "Asia/Seoul", "kr"),
        (Lang.EN, "Asia/Seoul", "kr"),
        (Lang.KO, "Europe/London", "uk"),
        (Lang.EN, "America/Chicago", "us"),
        (Lang.KO, None, "kr"),
        (Lang.EN, None, "anywhere"),
        (Lang.KO, "Europe/Paris", "anywhere"),
        (Lang.EN, "Mars/Olympus", "anywhere"),
    ],
)
def test_country_follows_time_zone_then_language(
    knowledge: KnowledgeBase, lang: Lang, time_zone: str | None, country: str
) -> None:
    """A Korean parent in London is told British numbers."""
    assert guess_country(knowledge.countries, lang, time_zone) == country


def test_articles_name_the_number_of_the_country(knowledge: KnowledgeBase) -> None:
    """Korean and English sentences carry the parent's number and keep all else."""
    korean, english = (
        "숨쉬기 힘들면 119에 전화해 주세요.",
        "Call emergency services (119 in Korea, 999 in the UK, 911 in the US).",
    )
    places = knowledge.countries
    assert places["kr"].say(korean, Lang.KO) == korean
    assert places["uk"].say(korean, Lang.KO) == "숨쉬기 힘들면 999에 전화해 주세요."
    assert places["us"].say(english, Lang.EN) == "Call emergency services (911)."
    assert places["anywhere"].say(english, Lang.EN) == english
    assert places["anywhere"].say(korean, Lang.KO) == "숨쉬기 힘들면 그 나라 응급번호(한국은 119)에 전화해 주세요."
    assert places["uk"].say("한국에서는 119에 전화해 주세요.", Lang.KO) == "한국에서는 119에 전화해 주세요."
    assert places["uk"].say("1339에 물어보세요.", Lang.KO) == "1339에 물어보세요."


def test_no_next_step_keeps_a_placeholder(knowledge: KnowledgeBase) -> None:
    """Every brace in a rule's next step is filled, in every country and language."""
    rules = (KB / "red_flags.toml").read_text(encoding="utf-8")
    for place in knowledge.countries.values():
        for lang in Lang:
            said = place.say(" ".join(line for line in rules.splitlines() if line.startswith("next_step")), lang)
            assert "{" not in said


def test_only_the_parents_nursery_rules_are_quoted(knowledge: KnowledgeBase) -> None:
    """A British rule is no rule in Korea; what names no country holds everywhere."""
    ours, theirs = (
        Sentence(text="한국에서는 딱지가 앉을 때까지 쉬어요.", source="a"),
        Sentence(text="영국에서는 5일 쉬어요.", source="a"),
    )
    both = Sentence(text="열이 나면 쉬어 주세요.", source="a")
    assert in_country((ours, theirs, both), "kr", knowledge.countries) == (ours, both)
    assert in_country((ours, theirs, both), "uk", knowledge.countries) == (theirs, both)
    assert in_country((ours, theirs, both), "anywhere", knowledge.countries) == (ours, theirs, both)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[country.anywhere]", "[country.nowhere]", "anywhere is missing"),
        ('["swpedi-after-hours"]', '["no-such-page"]', "unknown source no-such-page"),
        ('numbers = ["911"]', 'numbers = ["911"]\nfax = "1"', "fax"),
    ],
)
def test_faults_are_named(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """A missing country, an unknown source and an unknown key are refused."""
    shutil.copy(KB / "countries.toml", tmp_path)
    file = tmp_path / "countries.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeInvalid) as raised:
        load_countries(
            tmp_path, {"ajunews-119-advice", "gangnam-moonlight", "nhs-readingwalkin-111", "swpedi-after-hours"}
        )
    assert fault in str(raised.value)

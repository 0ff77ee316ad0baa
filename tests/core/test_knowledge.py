"""The knowledge base loads whole, and each fault is named by file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.articles import GENERAL, REQUIRED_SECTIONS, SOURCED_SECTIONS
from core.errors import KnowledgeInvalid
from core.knowledge import KnowledgeBase, content_hash, load_knowledge
from core.types import Lang

KB = Path(__file__).parents[2] / "kb"
NAMED_BY_THE_STUDY = {"chickenpox", "hand_foot_mouth", "atopic_eczema", "shingles"}
MOST_DANGEROUS = {"meningococcal_disease", "anaphylaxis", "kawasaki_disease", "eczema_herpeticum", "ssss"}


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    """The real knowledge base."""
    return load_knowledge(KB)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the real knowledge base that a test may spoil."""
    return Path(shutil.copytree(KB, tmp_path / "kb"))


def test_study_conditions_and_the_most_dangerous_are_there(knowledge: KnowledgeBase) -> None:
    """At least fifteen conditions, among them those that must never be missing."""
    assert len(knowledge.conditions) >= 15
    assert set(knowledge.conditions) >= NAMED_BY_THE_STUDY | MOST_DANGEROUS


def test_both_languages_say_as_many_sentences_from_the_same_sources(knowledge: KnowledgeBase) -> None:
    """Korean and English stand side by side, sentence by sentence."""
    for condition in knowledge.conditions.values():
        korean, english = condition.passages[Lang.KO], condition.passages[Lang.EN]
        assert [p.section for p in korean] == [p.section for p in english]
        for one, other in zip(korean, english, strict=True):
            assert [s.source for s in one.sentences] == [s.source for s in other.sentences]


def test_danger_and_medicine_never_rest_on_general_knowledge(knowledge: KnowledgeBase) -> None:
    """What can hurt has a source that was read."""
    risky = [s for p in knowledge.passages() if p.section in SOURCED_SECTIONS for s in p.sentences]
    assert risky
    assert all(sentence.source != GENERAL for sentence in risky)


def test_general_sentences_stay_below_fifteen_percent(knowledge: KnowledgeBase) -> None:
    """Nearly every sentence names the source it rests on."""
    sentences = [s for p in knowledge.passages() for s in p.sentences]
    assert sum(s.source == GENERAL for s in sentences) / len(sentences) < 0.15


def test_every_article_has_the_required_sections(knowledge: KnowledgeBase) -> None:
    """No article leaves out when to call or what to do."""
    for condition in knowledge.conditions.values():
        assert {p.section for p in condition.passages[Lang.KO]} >= REQUIRED_SECTIONS


def test_every_source_is_used(knowledge: KnowledgeBase) -> None:
    """A source that nothing names is litter."""
    used = {s.source for p in knowledge.passages() for s in p.sentences}
    rules = "".join((KB / name).read_text(encoding="utf-8") for name in ("red_flags.toml", "look_again.toml"))
    assert [name for name in knowledge.sources if name not in used and f'"{name}"' not in rules] == []


def _edit(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


FAULTS = {
    "a dose": (
        lambda text: text + "\n## home_care\n- ko: 5ml 먹이세요.\n  en: Give 5 ml.\n  source: general\n",
        "names a dose",
    ),
    "a verdict": (
        lambda text: (
            text + "\n## looks\n- ko: 수두가 확실합니다.\n  en: It is definitely chickenpox.\n  source: general\n"
        ),
        "sounds like a verdict",
    ),
    "an unknown source": (
        lambda text: text + "\n## looks\n- ko: 붉어요.\n  en: It is red.\n  source: nowhere\n",
        "unknown source nowhere",
    ),
    "a missing language": (lambda text: text + "\n## looks\n- ko: 붉어요.\n  source: general\n", "en is missing"),
    "an unknown section": (
        lambda text: text + "\n## gossip\n- ko: 붉어요.\n  en: It is red.\n  source: general\n",
        "unknown section",
    ),
    "general danger": (
        lambda text: text + "\n## call_119\n- ko: 119에 전화해 주세요.\n  en: Call 119.\n  source: general\n",
        "must not rest on general knowledge",
    ),
    "an unknown key": (_edit("icd10 =", 'colour = "red"\nicd10 ='), "colour"),
    "an unknown symptom": (_edit("always = [", 'always = ["no_such_symptom", '), "unknown symptom no_such_symptom"),
    "no head": (_edit("+++", "---"), "the head must stand between"),
    "a wrong id": (_edit('id = "chickenpox"', 'id = "smallpox"'), "differs from the file's name"),
    "a stray line": (lambda text: text + "\nhello\n", "not a heading"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_with_its_file(copy: Path, fault: str) -> None:
    """A spoiled article fails to load and says where and why."""
    spoil, message = FAULTS[fault]
    article = copy / "conditions" / "chickenpox.md"
    article.write_text(spoil(article.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(KnowledgeInvalid) as caught:
        load_knowledge(copy)
    assert any(text.startswith("conditions/chickenpox.md:") and message in text for text in caught.value.args)


def test_a_broken_toml_file_is_named(copy: Path) -> None:
    """A vocabulary that cannot be read is a fault, not a crash."""
    (copy / "vocabulary.toml").write_text("[[", encoding="utf-8")
    with pytest.raises(KnowledgeInvalid, match=r"vocabulary\.toml"):
        load_knowledge(copy)


def test_the_content_hash_changes_with_any_file(copy: Path) -> None:
    """One changed byte rebuilds the index."""
    before = content_hash(copy)
    article = copy / "conditions" / "chickenpox.md"
    article.write_bytes(article.read_bytes() + b"\n")
    assert content_hash(copy) != before
    assert content_hash(KB) == before

"""The file of phrases: what it must hold, and what it may not."""

import shutil
from pathlib import Path

import pytest

from core.errors import KnowledgeInvalid
from core.phrases import load_phrases
from core.vocabulary import load_vocabulary

KB = Path(__file__).parents[2] / "kb"
VOCABULARY = load_vocabulary(KB)
PHRASES = load_phrases(KB, VOCABULARY)


def test_every_danger_sign_and_emergency_symptom_can_be_said_in_both_languages():
    """Each sign of danger has phrases in Korean and English."""
    said = {lang: {p.owner for items in index.values() for p in items} for lang, index in PHRASES.index.items()}
    red_flags = {name for name, term in VOCABULARY.symptoms.items() if term.group == "red_flag"}
    for owners in said.values():
        assert red_flags <= owners


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('id = "lethargic"', 'id = "sleepyhead"', "unknown id sleepyhead"),
        ('id = "floppy"', 'id = "lethargic"', "lethargic stands twice"),
        ('"rag doll"', '"{rag doll"', "has an open brace"),
        ('"rag doll"', '"*"', "is empty"),
        ("[kinds.plea]", "[kinds.poem]", "unknown kind poem"),
        ("ko_boundary", "ko_border", "context ko_boundary is missing"),
        ("en_absent_after = '''", "en_absent_after = '''(", "context en_absent_after:"),
        ('fever_5_days = ["fever"]', 'fever_5_days = ["heat"]', "unknown id heat"),
    ],
)
def test_broken_phrase_file_is_refused(tmp_path, old, new, fault):
    """A phrase that could not be understood stops the loading."""
    path = shutil.copytree(KB, tmp_path / "kb") / "phrases.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeInvalid, match=fault):
        load_phrases(path.parent, VOCABULARY)

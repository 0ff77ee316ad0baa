"""The command line keeps its contract: one line in, one line out, and a bad line stops nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from core.__main__ import main
from tests.skin import skin_jpeg

CASE_FIELDS = {
    *("id", "urgency", "next_step", "rules", "conditions", "prediction_set", "coverage", "severity", "free_text"),
    *("vision", "passages", "look_again", "text", "dropped", "timings_ms", "departments"),
}
ANSWER_FIELDS = {"id", "answer", "citations", "urgency", "rules", "answered", "timings_ms"}
URGENCIES = {"self_care", "routine", "soon_24h", "urgent_same_day", "emergency"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the index, built once."""
    return tmp_path_factory.mktemp("data")


def lines_of(text: str) -> list[dict[str, object]]:
    """Each line's JSON."""
    return [json.loads(line) for line in text.splitlines()]


def test_assess_answers_each_case_with_the_documented_fields(data: Path, tmp_path: Path) -> None:
    """The example of the contract comes back whole."""
    photo = tmp_path / "skin.jpg"
    photo.write_bytes(skin_jpeg(width=800, height=600))
    case = {
        "id": "c1",
        "lang": "ko",
        "child_age_months": 9,
        "temperature_c": 39.4,
        "body_sites": ["tummy"],
        "symptoms": ["red_spots"],
        "free_text": "오늘 아침부터 배에 붉은 점이 생겼어요",
        "photo": str(photo),
        "danger_signs": {"does_not_fade": "no"},
    }
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    cases.write_text(json.dumps(case, ensure_ascii=False) + "\n\n", encoding="utf-8")
    assert main(["--data", str(data), "assess", str(cases), "--out", str(out)]) == 0
    (answer,) = lines_of(out.read_text(encoding="utf-8"))
    assert set(answer) == CASE_FIELDS
    assert answer["id"] == "c1"
    assert answer["urgency"] == "urgent_same_day"
    assert "B5" in {rule["id"] for rule in answer["rules"]}
    assert all(set(rule) == {"id", "reason", "source"} for rule in answer["rules"])
    assert set(answer["vision"]) == {"in_scope", "is_skin", "probabilities", "prediction_set"}
    assert sum(item["probability"] for item in answer["conditions"]) == pytest.approx(1, abs=0.01)
    assert answer["text"].startswith(f"**{answer['next_step']}**")


def test_a_bad_line_is_named_and_the_run_goes_on(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard input works, every line has its answer, and the exit code tells."""
    lines = ['{"id": "good"}', '{"id": "odd", "colour": 1}', "nonsense", '{"id": "lost", "photo": "nowhere.jpg"}']
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    assert main(["--data", str(data), "assess", "-"]) == 1
    good, odd, nonsense, lost = lines_of(capsys.readouterr().out)
    assert good["urgency"] in URGENCIES
    assert (odd["id"], odd["error"]["code"]) == ("odd", "case_invalid")
    assert "colour" in odd["error"]["message"]
    assert (nonsense["id"], nonsense["error"]["code"]) == (None, "case_invalid")
    assert (lost["id"], lost["error"]["code"]) == ("lost", "not_an_image")


def test_ask_answers_with_citations(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A follow-up names the passages it quotes."""
    question = {
        "id": "q1",
        "lang": "en",
        "question": "Is it catching?",
        "case": {"child_age_months": 40, "symptoms": ["crops_different_stages"]},
        "context_conditions": ["chickenpox"],
        "history": [{"role": "parent", "text": "hello"}],
    }
    turns = tmp_path / "turns.jsonl"
    turns.write_text(json.dumps(question) + "\n", encoding="utf-8")
    assert main(["--data", str(data), "ask", str(turns)]) == 0
    (answer,) = lines_of(capsys.readouterr().out)
    assert set(answer) == ANSWER_FIELDS
    assert answer["answered"] is True
    assert {"passage", "source"} == set(answer["citations"][0])
    assert "chickenpox" in answer["citations"][0]["passage"]


def test_classify_prints_one_line_a_photo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A photo, a text and a missing file each have their line."""
    photo, text = tmp_path / "skin.jpg", tmp_path / "notes.jpg"
    photo.write_bytes(skin_jpeg(width=800, height=600))
    text.write_text("not a picture", encoding="utf-8")
    assert main(["classify", str(photo), str(text), str(tmp_path / "missing.jpg"), "--json"]) == 1
    seen, refused, missing = lines_of(capsys.readouterr().out)
    assert seen["id"] == str(photo)
    assert sum(seen["probabilities"].values()) == pytest.approx(1, abs=0.01)
    assert refused["error"]["code"] == missing["error"]["code"] == "not_an_image"


def test_build_counts_what_it_checked(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The knowledge base is whole, its vectors were prepared, and its size is printed."""
    assert main(["--data", str(data), "build"]) == 0
    said = capsys.readouterr().out
    assert "91 conditions, 18 general articles" in said
    assert "; 0 passages new;" in said, "run `python -m core build` and commit models/text/vectors.npz"


def test_purge_says_how_much_it_removed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing has expired in a fresh folder."""
    assert main(["--data", str(data), "purge"]) == 0
    assert capsys.readouterr().out == "0 removed\n"


def test_a_missing_file_is_one_plain_line(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback for a wrong path."""
    assert main(["--data", str(data), "assess", "nowhere.jsonl"]) == 1
    assert capsys.readouterr().err == "nowhere.jsonl: no such file\n"

"""`python -m core classify` on odd files: one well-formed line each, whatever the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.__main__ import main
from core.vision import NON_SKIN, Calibration
from tests import pictures
from tests.heic import large_heic

MODELS = Path(__file__).parents[2] / "models"
CALIBRATION = Calibration.from_json((MODELS / "lesion/calibration.json").read_text(encoding="utf-8"))
REFUSED = {
    "one pixel.png": (pictures.encoded(pictures.plain(1), "PNG"), "photo_too_small"),
    "black.png": (pictures.encoded(pictures.plain(), "PNG"), "photo_too_dark"),
    "white.png": (pictures.encoded(pictures.plain(colour=(255, 255, 255)), "PNG"), "photo_too_bright"),
    "bomb.png": (pictures.bomb_png(), "photo_too_large"),
    "scans.jpg": (pictures.many_scans_jpeg(), "not_an_image"),
    "empty.jpg": (b"", "not_an_image"),
    "text.heic": (b"no picture", "not_an_image"),
}
"""File → its bytes and why it is refused."""
NO_SKIN = {
    "noise.png": pictures.encoded(pictures.noise(), "PNG"),
    "screenshot.png": pictures.encoded(pictures.screenshot(), "PNG"),
    "drawing of a cat.jpg": pictures.encoded(pictures.cat()),
    "toy.webp": pictures.encoded(pictures.toy(), "WEBP"),
}
SEEN = {
    "print 발진.jpg": pictures.cmyk_jpeg(pictures.spots()),
    "scan.png": pictures.encoded(pictures.spots().convert("L"), "PNG"),
    "deep scan.png": pictures.sixteen_bit_png(pictures.spots()),
    "phone.heic": large_heic(),
    "moving.webp": pictures.animated_webp([pictures.spots(), pictures.ring()]),
}
FILES = {name: data for name, (data, _) in REFUSED.items()} | NO_SKIN | SEEN


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """All files in one folder, in the order of `FILES`."""
    folder = tmp_path_factory.mktemp("odd files")
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    return [str(folder / name) for name in FILES]


@pytest.fixture(scope="module")
def lines(paths: list[str]) -> dict[str, dict]:
    """What was printed for each file, by its name, from one run."""
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("builtins.print", lambda line, **_: printed.append(line))
        assert main(["classify", *paths, "--json"]) == 1
    answers = [json.loads(line) for line in printed]
    assert [answer["id"] for answer in answers] == paths
    return {Path(answer["id"]).name: answer for answer in answers}


@pytest.mark.parametrize("name", REFUSED)
def test_unusable_file_has_one_line_with_its_reason(lines: dict[str, dict], name: str) -> None:
    """Too small, dark, bright or large, or no picture at all: a code and words."""
    assert lines[name].keys() == {"id", "error"}
    assert lines[name]["error"]["code"] == REFUSED[name][1]
    assert lines[name]["error"]["message"]


@pytest.mark.parametrize("name", [*NO_SKIN, *SEEN])
def test_usable_file_has_one_whole_result(lines: dict[str, dict], name: str) -> None:
    """Probabilities of all classes sum to 1, and there is a set just when the photo is in scope."""
    answer = lines[name]
    assert answer.keys() == {"id", "in_scope", "is_skin", "probabilities", "prediction_set"}
    assert answer["probabilities"].keys() == set(CALIBRATION.classes) - {NON_SKIN}
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=0.01)
    assert bool(answer["prediction_set"]) == answer["in_scope"]
    assert answer["is_skin"] or not answer["in_scope"]


@pytest.mark.parametrize("name", NO_SKIN)
def test_what_is_no_skin_is_never_named(lines: dict[str, dict], name: str) -> None:
    """Noise, a screen, a drawing and a toy get no hint."""
    assert lines[name]["is_skin"] is False
    assert lines[name]["prediction_set"] == []


def test_plain_words_are_one_line_a_file_too(paths: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json each file has one line of words that begins with its name."""
    assert main(["classify", *paths]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(paths)
    for path, line in zip(paths, printed, strict=True):
        assert line.startswith(f"{path}: ")
        assert len(line) > len(path) + 4

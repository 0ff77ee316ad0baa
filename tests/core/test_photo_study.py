"""The photo study counts what it names, on pictures made by program, and a bad row stops nothing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.__main__ import main
from core.errors import CaseInvalid
from core.photo_study import (
    LabelledPhoto,
    SeenPhoto,
    auroc,
    class_of,
    look_at,
    photo_lines,
    read_calibration,
    read_rows,
)
from core.photo_types import LesionPhoto, VisionResult
from core.vision import NON_SKIN, OTHER
from tests import pictures

MODELS = Path(__file__).parents[2] / "models"
CALIBRATION = read_calibration(MODELS)
CLASSES = CALIBRATION.classes
HEAD = ("path", "label", "source", "group", "tone", "licence")


def found(*, hint: bool = True, is_skin: bool = True, no_skin: float = 0.0, **shares: float) -> VisionResult:
    """An answer with these probabilities; with a hint its set holds the first two of them."""
    probabilities = {name: 0.0 for name in CLASSES if name != NON_SKIN} | shares
    return VisionResult(
        in_scope=hint,
        is_skin=is_skin,
        probabilities=probabilities,
        no_skin=no_skin,
        prediction_set=tuple(sorted(shares, key=lambda name: -shares[name])[:2]) if hint else (),
    )


def seen(truth: str, answer: VisionResult, **told: str) -> SeenPhoto:
    """A photo with its answer."""
    row = {"path": "a.jpg", "source": "one", "group": "", "tone": "not told"} | told
    return SeenPhoto(row=LabelledPhoto(truth=truth, **row), found=answer, is_refused=False)


def printed(photos: Sequence[SeenPhoto]) -> dict[str, str]:
    """Name of a figure → what is printed beside it."""
    return {line[:22].strip(): line[23:] for line in photo_lines(photos, CALIBRATION)}


ANSWERED = [
    seen("measles", found(measles=0.9, mpox=0.1), tone="5"),
    seen("measles", found(mpox=0.6, measles=0.4), source="two"),
    seen("mpox", found(hint=False, mpox=0.4, chickenpox=0.3, measles=0.2, other=0.1)),
    seen("ringworm", found(mpox=0.5, measles=0.3, cellulitis=0.15, ringworm=0.05)),
    seen(OTHER, found(measles=1.0)),
    seen(OTHER, found(hint=False, other=0.9, measles=0.1)),
    seen(NON_SKIN, found(hint=False, is_skin=False, no_skin=0.9, other=1.0)),
    seen(NON_SKIN, found(hint=False, no_skin=0.05, mpox=0.5, other=0.5)),
]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("top_1", "2 of 4"),
        ("top_3", "3 of 4"),
        ("mean_recall", "0.500 over 3 classes"),
        ("set_coverage", "4 of 4"),
        ("set_size", "median 3, mean 3.0, largest 4"),
        ("hint_given", "3 of 4"),
        ("hint_right", "1 of 3"),
        ("hint_set_coverage", "2 of 3"),
        ("unknown_hinted", "1 of 2"),
        ("unknown_single", "1 of 2"),
        ("not_skin_seen", "1 of 2"),
        ("not_skin_hinted", "0 of 2"),
        ("skin_taken_for_none", "0 of 6"),
        ("not_skin_auroc", "1.0000, 2 against 6"),
        ("source two", "0 of 1; among three 1.000"),
        ("tone 5", "1 of 1"),
        ("tone 5", "set holds it 1.000 (0.21–1.00), 1 of 1"),
        ("class measles", "1 of 2; among three"),
        ("class non_skin", "seen as such 0.500"),
    ],
)
def test_figure_counts_what_it_names(name: str, counts: str) -> None:
    """Eight answered photos give the shares that a hand would count."""
    assert counts in printed(ANSWERED)[name]


def test_wrong_first_class_is_named_beside_the_class() -> None:
    """What a class is taken for stands in its line."""
    assert printed(ANSWERED)["class measles"].endswith("; taken for mpox 1")


def test_calibration_error_is_the_gap_between_said_and_right() -> None:
    """Two photos of skin said 0.9, one of them right: 0.4 off."""
    sure = [seen("mpox", found(mpox=0.9, measles=0.1)), seen("measles", found(mpox=0.9, measles=0.1))]
    assert printed(sure)["ece"] == "0.400 over 2 photos of skin"


def test_group_counts_once_and_beside_its_first_photo() -> None:
    """What several photos say together is compared with what the first says alone."""
    alone = seen("mpox", found(measles=0.9, mpox=0.1))
    lines = printed([replace(alone, group_found=found(mpox=0.6, measles=0.4)), alone])
    assert "1 of 1" in lines["group_top_1"]
    assert "0 of 1" in lines["its_first_alone"]


def test_photos_of_one_kind_alone_print_what_there_is() -> None:
    """A folder without known classes, or without any skin, is no error."""
    assert printed([seen(NON_SKIN, found(is_skin=False, hint=False, other=1.0))])["not_skin_seen"].startswith("1.000")
    assert "set_size" not in printed([seen(OTHER, found(other=1.0))])


@pytest.mark.parametrize(
    ("label", "condition_id", "truth"),
    [
        ("cowpox", "", "mpox"),
        ("tinea", "ringworm", "ringworm"),
        ("hand_foot_mouth", "", "hand_foot_mouth"),
        ("a name of one's own", "measles", "measles"),
        ("psoriasis", "psoriasis", OTHER),
        ("non_skin", "", NON_SKIN),
    ],
)
def test_label_or_condition_decides_the_class(label: str, condition_id: str, truth: str) -> None:
    """Folder labels, class names and ids of the knowledge base are understood; the rest is unknown."""
    assert class_of(label, condition_id, CLASSES) == truth


def test_auroc_counts_pairs_and_halves_ties() -> None:
    """Against counting every pair with numpy."""
    rng = np.random.default_rng(3)
    one, other = rng.integers(0, 9, 40) / 9, rng.integers(0, 7, 30) / 9
    pairs = one[:, None] - other[None]
    assert auroc(one.tolist(), other.tolist()) == pytest.approx((pairs > 0).mean() + (pairs == 0).mean() / 2)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Five rows: skin twice of one group, a cat, a file that is no picture, and one that is missing."""
    (tmp_path / "in").mkdir()
    for number in (1, 2):
        (tmp_path / f"in/skin{number}.jpg").write_bytes(pictures.encoded(pictures.skin(300, seed=number)))
    (tmp_path / "cat.jpg").write_bytes(pictures.encoded(pictures.blurred(pictures.cat(300))))
    (tmp_path / "text.jpg").write_text("no picture", encoding="utf-8")
    rows = [
        ("in/skin1.jpg", "healthy_skin", "made", "g1", "2", "own"),
        ("in/skin2.jpg", "healthy_skin", "made", "g1", "-1", "own"),
        ("cat.jpg", "non_skin", "made", "", "", "own"),
        ("text.jpg", "mpox", "made", "", "", "own"),
        ("gone.jpg", "mpox", "made", "", "", "own"),
        ("cat.jpg", "", "made", "", "", "own"),
    ]
    path = tmp_path / "manifest.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return path


def test_bad_rows_are_named_and_the_others_read(manifest: Path) -> None:
    """Paths count from the manifest; a gate refusal is noted and the photo still read; a group is read together."""
    asked: list[int] = []

    def look(photos: Sequence[LesionPhoto]) -> VisionResult:
        asked.append(len(photos))
        return found(healthy_skin=1.0)

    skipped: list[str] = []
    read = look_at(manifest, look, CLASSES, skipped)
    assert [(photo.row.path, photo.row.tone) for photo in read] == [
        ("in/skin1.jpg", "2"),
        ("in/skin2.jpg", "not told"),
        ("cat.jpg", "not told"),
    ]
    assert read[2].is_refused
    assert [photo.group_found is not None for photo in read] == [True, False, False]
    assert asked == [1, 1, 1, 2]
    assert [fault.split(":")[0] for fault in skipped] == [
        "row 5, text.jpg",
        "row 6, gone.jpg",
        "row 7, no path or no label",
    ]


@pytest.mark.parametrize("text", ["", "path,source\na.jpg,b\n", "path,label\n"])
def test_manifest_without_rows_or_columns_is_refused(tmp_path: Path, text: str) -> None:
    """What is missing is said before any photo is read."""
    path = tmp_path / "m.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseInvalid, match="path and label"):
        read_rows(path, CLASSES)


def test_command_prints_figures_of_the_shipped_model(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Skipped rows come first and make the exit code 1; figures follow."""
    assert main(["evaluate", "photos", "--manifest", str(manifest)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("skipped: row 5, text.jpg: not_an_image")
    assert lines[3] == "3 photos, 2 of classes that the model knows"
    assert any(line.startswith("not_skin_seen") for line in lines)


@pytest.mark.parametrize("arguments", [["photos"], ["photos", "x.jsonl", "--manifest", "m.csv"], ["urgency"]])
def test_command_says_which_file_it_needs(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Photos need a manifest, the other studies lines."""
    assert main(["evaluate", *arguments]) == 2
    assert capsys.readouterr().err.startswith("evaluate")


def test_missing_manifest_is_one_plain_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback for a wrong path."""
    assert main(["evaluate", "photos", "--manifest", str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err

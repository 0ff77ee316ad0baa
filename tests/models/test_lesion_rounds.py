"""Rounds over unseen sources test nothing on a source it was learnt from; a hint's worth is what was counted."""

from __future__ import annotations

import subprocess
import sys
from math import log
from pathlib import Path

import numpy as np
import pytest

from core.evaluation import Share

TRAINING = Path(__file__).parents[2] / "models/training"
COUNTED = """
import numpy as np, lesion_data, lesion_ratio, lesion_report, json
from core.photo_study import read_calibration
from pathlib import Path
rows = []
for name, right, wrong in (("mpox", 45, 5), ("measles", 30, 20), ("shingles", 1, 0)):
    rows += [(name, name)] * right + [(name, "impetigo")] * wrong
place = lesion_data.CLASSES.index
logits = np.zeros((len(rows), len(lesion_data.CLASSES)), np.float32)
for row, (_, said) in enumerate(rows):
    logits[row, place(said)] = 30
photo = lambda name: lesion_data.LabelledPhoto(
    path="", label=name, target=place(name), source="", group="", tone="", licence="")
split = lesion_report.HeldOut(logits, [photo(name) for name, _ in rows])
nobody = lesion_report.HeldOut(logits[:0], [])
worth = lesion_ratio.with_ratios(read_calibration(Path("..")), split, nobody)
print(json.dumps([worth.first_ratio["mpox"], worth.first_ratio["measles"], worth.first_ratio["shingles"],
    worth.first_ratio["ringworm"], worth.left_out_ratio]))
"""


@pytest.fixture(autouse=True)
def recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipes' folder can be imported from."""
    monkeypatch.syspath_prepend(str(TRAINING))


def photos(*counts: tuple[str, str, int]) -> list[object]:
    """This many photos of a class and source, each in a group of its own."""
    import lesion_data as data  # noqa: PLC0415 (after its folder is on the path)

    return [
        data.LabelledPhoto(
            path="", label=name, target=data.CLASSES.index(name), source=source, group=g, tone="", licence=""
        )
        for name, source, count in counts
        for g in (f"{name} {source} {number}" for number in range(count))
    ]


def test_each_photo_is_tested_once_by_a_model_without_its_class_and_source() -> None:
    """A large source is left out whole only where others show enough of its classes."""
    import lesion_data as data  # noqa: PLC0415

    rows = photos(("mpox", "big", 40), ("mpox", "small", 12), ("measles", "big", 30), ("impetigo", "only", 25))
    rounds = data.source_rounds(rows)
    assert list(rounds) == ["across", "without_big"]
    tested = sum(test.astype(int) for _, test in rounds.values())
    assert [int(count) for count in tested] == [1] * 82 + [0] * 25
    for train, test in rounds.values():
        learnt = {(photo.target, photo.source) for photo in data.under(rows, train)}
        assert not learnt & {(photo.target, photo.source) for photo in data.under(rows, test)}
    able = data.is_learnable(rows, *rounds["without_big"])
    assert able.tolist() == [True] * 40 + [False] * 30


def test_a_group_is_never_on_both_sides() -> None:
    """A picture that two sources hold is taken out of training where it is tested."""
    import lesion_data as data  # noqa: PLC0415

    rows = photos(("mpox", "big", 40), ("mpox", "small", 13))
    rows.append(data.LabelledPhoto(**{name: getattr(rows[0], name) for name in data.LabelledPhoto.__slots__}))
    for train, test in data.source_rounds(rows).values():
        assert not {p.group for p in data.under(rows, train)} & {p.group for p in data.under(rows, test)}


def test_one_source_alone_has_no_rounds() -> None:
    """Nothing can be said across sources then."""
    import lesion_data as data  # noqa: PLC0415

    assert data.source_rounds(photos(("mpox", "one", 40), ("measles", "one", 30))) == {}


def test_fewer_groups_to_learn_from_leave_the_tests_as_they_are() -> None:
    """A learning curve changes what is learnt, never what is tested, and says nothing of unseen sources."""
    import lesion_probe as probe  # noqa: PLC0415

    rows = photos(("mpox", "big", 40), ("mpox", "small", 20))
    whole, half = list(probe.splits_of(rows)), list(probe.splits_of(rows, 0.5))
    assert [split.name for split in whole] == ["fold0", "fold1", "fold2", "across", "without_big"]
    assert [split.name for split in half] == ["fold0", "fold1", "fold2"]
    for all_of_it, part in zip(whole, half, strict=False):
        assert (all_of_it.test == part.test).all()
        assert not (part.train & part.test).any()
        assert (part.train <= all_of_it.train).all()
    assert sum(int(part.train.sum()) for part in half) == 60


def test_rank_counts_from_the_true_class_of_known_photos() -> None:
    """First is 0; photos of unknown conditions and of classes that could not be learnt are left out."""
    import lesion_probe as probe  # noqa: PLC0415

    rows = photos(("mpox", "a", 1), ("measles", "a", 1), ("other", "a", 1), ("shingles", "a", 1))
    scores = np.zeros((4, 14))
    scores[:, 3] = 2.0
    scores[:, 2] = 1.0
    everything = np.ones(4, dtype=bool)
    split = probe.Split("x", everything, everything, np.array([True, True, True, False]))
    assert probe.ranks_of(scores, rows, split).tolist() == [0, 1]


def test_a_ratio_is_counted_with_half_a_photo_more() -> None:
    """Eight of ten against three of thirty."""
    import lesion_ratio  # noqa: PLC0415

    there = np.array([1] * 8 + [0] * 2 + [1] * 3 + [0] * 27, dtype=bool)
    of_class = np.array([1] * 10 + [0] * 30, dtype=bool)
    assert lesion_ratio.log_ratio(there, of_class) == pytest.approx(log((8.5 / 11) / (3.5 / 31)))


def test_few_photos_draw_a_share_to_the_mean() -> None:
    """A class that was hardly tested is taken to be found as often as classes are on average."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTED],
        cwd=TRAINING,
        env={"PYTHONPATH": str(TRAINING.parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    mpox, measles, shingles, ringworm, left_out = map(float, done.stdout.strip(" []\n").split(","))
    assert mpox > measles > 1 > left_out
    mean_found = (45 / 50 + 30 / 50) / 2
    assert mpox == pytest.approx((45 + 20 * mean_found) / 70 / Share(hits=0, total=51).interval[1], rel=0.01)
    assert shingles == pytest.approx((1 + 20 * mean_found) / 21 / Share(hits=0, total=100).interval[1], rel=0.01)
    assert ringworm == pytest.approx(mean_found / Share(hits=0, total=101).interval[1], rel=0.01)

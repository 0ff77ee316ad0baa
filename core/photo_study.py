"""How well the photo model does on any folder of labelled photos: every figure with its number and its interval."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median

from core.errors import CareError, CaseInvalid, ModelUnavailable, PhotoRefused
from core.evaluation import Share, calibration_error
from core.photo import prepare_photo, render_photo
from core.photo_types import LesionPhoto, RawUpload, VisionResult
from core.vision import FOLDER, HEALTHY, NO_CONDITION, NON_SKIN, OTHER, Calibration

Look = Callable[[Sequence[LesionPhoto]], VisionResult]
"""What the photo model says of photos of one rash."""
CLASS_OF_LABEL: Mapping[str, str] = {
    "chickenpox": "chickenpox",
    "hfmd": "hand_foot_mouth",
    "measles": "measles",
    "monkeypox": "mpox",
    "cowpox": "mpox",
    "shingles": "shingles",
    "impetigo": "impetigo",
    "cellulitis": "cellulitis",
    "tinea": "ringworm",
    "tinea_pedis": "athletes_foot",
    "eczema_other": "atopic_eczema",
    "atopic_dermatitis": "atopic_eczema",
    "folliculitis_boil": "folliculitis",
    "healthy_skin": "healthy_skin",
    "non_skin": "non_skin",
}
"""Label of a photo folder → class of the model; other labels are `other`, as in training."""
_NOT_TOLD = "not told"
_TOGETHER = 3
"""Photos of one group that are read together, as many as a parent may send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPhoto:
    """A row of a manifest."""

    path: str
    """As written: relative to the manifest."""
    truth: str
    """Class of the model, `other` for a condition that it does not know."""
    source: str
    """Where the photo comes from."""
    group: str
    """Same patient or same picture; empty when not told."""
    tone: str
    """Fitzpatrick type 1–6, or that it was not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPhoto:
    """A photo with its answer."""

    row: LabelledPhoto
    """What is known of it."""
    found: VisionResult
    """What the model said; the quality gate was left out."""
    is_refused: bool
    """True when the quality gate would have asked for another photo."""
    group_found: VisionResult | None = None
    """What the model said of the first photos of the group together; None for all but the first of several."""

    @property
    def order(self) -> tuple[str, ...]:
        """Classes, the most probable first."""
        return ordered(self.found)

    @property
    def is_right(self) -> bool:
        """True when the first class is the true one, or no skin was seen as such."""
        return self.order[0] == self.row.truth if self.row.truth != NON_SKIN else not self.found.is_skin


def ordered(found: VisionResult) -> tuple[str, ...]:
    """Classes, the most probable first."""
    return tuple(sorted(found.probabilities, key=lambda name: -found.probabilities[name]))


def class_of(label: str, condition_id: str, classes: Sequence[str]) -> str:
    """The model's class for a label, else for the knowledge base's id beside it, else `other`."""
    named = CLASS_OF_LABEL.get(label, label)
    return next((name for name in (named, condition_id) if name in classes), OTHER)


def read_rows(manifest: Path, classes: Sequence[str]) -> list[LabelledPhoto]:
    """The rows in order; a missing path or label is an empty path.

    Raises:
        CaseInvalid: the file cannot be read as CSV, or has no column `path` or `label`.
    """
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            rows = [{key: (value or "") for key, value in row.items() if key} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CaseInvalid(f"{manifest}: {error}") from error
    if not rows or not {"path", "label"} <= rows[0].keys():
        raise CaseInvalid(f"{manifest}: needs rows under the columns path and label")
    return [_row(row, classes) for row in rows]


def _row(row: Mapping[str, str], classes: Sequence[str]) -> LabelledPhoto:
    tone = row.get("tone", "").strip()
    label = row["label"].strip()
    return LabelledPhoto(
        path=row["path"].strip() if label else "",
        truth=class_of(label, row.get("condition_id", "").strip(), classes),
        source=row.get("source", "").strip() or _NOT_TOLD,
        group=row.get("group", "").strip(),
        tone=tone if tone in {"1", "2", "3", "4", "5", "6"} else _NOT_TOLD,
    )


def read_calibration(models_dir: Path) -> Calibration:
    """The calibration of the photo model; raises ModelUnavailable."""
    try:
        return Calibration.from_json((models_dir / FOLDER / "calibration.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise ModelUnavailable("photo model") from cause


def look_at(manifest: Path, look: Look, classes: Sequence[str], skipped: list[str]) -> list[SeenPhoto]:
    """Every photo with its answer; rows that cannot be read are named in `skipped` and left out.

    Raises:
        CaseInvalid: as `read_rows`.
        ModelUnavailable: the photo model cannot be used.
    """
    seen: list[SeenPhoto] = []
    rows = read_rows(manifest, classes)
    members: dict[tuple[str, str], list[LabelledPhoto]] = {}
    for place, row in enumerate(rows):
        try:
            photo, is_refused = _load(manifest.parent, row)
        except (CareError, OSError) as error:
            skipped.append(f"row {place + 2}, {row.path or 'no path or no label'}: {_fault(error)}")
            continue
        members.setdefault((row.group, row.truth), []).append(row)
        seen.append(SeenPhoto(row=row, found=look([photo]), is_refused=is_refused))
    together = {
        rows[0].path: look([_load(manifest.parent, row)[0] for row in rows[:_TOGETHER]])
        for (group, _), rows in members.items()
        if group and len(rows) > 1
    }
    return [replace(photo, group_found=together.get(photo.row.path)) for photo in seen]


def _load(folder: Path, row: LabelledPhoto) -> tuple[LesionPhoto, bool]:
    """The photo, and whether the quality gate would refuse it."""
    if not row.path:
        raise CaseInvalid("nothing to read")
    upload = RawUpload(name=row.path, data=(folder / row.path).read_bytes())
    try:
        return prepare_photo(upload), False
    except PhotoRefused:
        return render_photo(upload), True


def _fault(error: CareError | OSError) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"{error.code} {'; '.join(map(str, error.args))}".strip()


def photo_lines(seen: Sequence[SeenPhoto], calibration: Calibration) -> Iterator[str]:
    """One line a figure: all photos, then by class, source and tone."""
    known = [photo for photo in seen if photo.row.truth not in NO_CONDITION]
    yield f"{len(seen)} photos, {len(known)} of classes that the model knows"
    yield from _order_lines(seen, known)
    yield from _set_lines(known, calibration)
    yield from _hint_lines(seen, known)
    yield from _skin_lines(seen)
    yield _line("refused by the gate", share(photo.is_refused for photo in seen if photo.row.truth != NON_SKIN))
    yield from _together_lines(known)
    for photos in _parts(seen, lambda photo: photo.row.truth):
        yield _part_line("class", photos[0].row.truth, photos) + _taken_for(photos)
    for photos in _parts(known, lambda photo: photo.row.source):
        yield _part_line("source", photos[0].row.source, photos) + _held(photos, calibration)
    for photos in _parts(known, lambda photo: photo.row.tone):
        yield _part_line("tone", photos[0].row.tone, photos) + _held(photos, calibration)


def share(hits: Iterable[bool]) -> Share:
    """How many of them."""
    counted = list(hits)
    return Share(hits=sum(counted), total=len(counted))


def _order_lines(seen: Sequence[SeenPhoto], known: Sequence[SeenPhoto]) -> Iterator[str]:
    for count in (1, 3):
        yield _line(f"top_{count}", _among(known, count))
    recalls = [_among(photos, 1).value for photos in _parts(known, lambda photo: photo.row.truth)]
    if recalls:
        yield _line("mean_recall", f"{mean(recalls):.3f} over {len(recalls)} classes")
    skin = [photo for photo in seen if photo.row.truth != NON_SKIN]
    if skin:
        pairs = [(photo.found.probabilities[photo.order[0]], photo.is_right) for photo in skin]
        yield _line("ece", f"{calibration_error(pairs, bins=10):.3f} over {len(pairs)} photos of skin")


def _set_lines(known: Sequence[SeenPhoto], calibration: Calibration) -> Iterator[str]:
    """Coverage and size of the sets as they would be without the threshold for a hint."""
    if not known:
        return
    sets = [
        {name for name, p in photo.found.probabilities.items() if p >= calibration.set_threshold} for photo in known
    ]
    yield _line("set_coverage", share(photo.row.truth in held for photo, held in zip(known, sets, strict=True)))
    sizes = [len(held) for held in sets]
    yield _line("set_size", f"median {median(sizes):g}, mean {mean(sizes):.1f}, largest {max(sizes)}")


def _hint_lines(seen: Sequence[SeenPhoto], known: Sequence[SeenPhoto]) -> Iterator[str]:
    hinted = [photo for photo in known if photo.found.has_hint]
    unknown = [photo for photo in seen if photo.row.truth == OTHER]
    yield _line("hint_given", share(photo.found.has_hint for photo in known))
    yield _line("hint_right", share(photo.is_right for photo in hinted))
    yield _line("hint_right_rash", share(photo.is_right for photo in hinted if photo.row.truth != HEALTHY))
    yield _line("hint_set_coverage", share(photo.row.truth in photo.found.prediction_set for photo in hinted))
    if hinted:
        sizes = [len(photo.found.prediction_set) for photo in hinted]
        yield _line("hint_set_size", f"median {median(sizes):g}, mean {mean(sizes):.1f}, largest {max(sizes)}")
    yield _line("unknown_hinted", share(photo.found.has_hint for photo in unknown))
    yield _line("unknown_single", share(len(photo.found.prediction_set) == 1 for photo in unknown))


def _skin_lines(seen: Sequence[SeenPhoto]) -> Iterator[str]:
    things = [photo for photo in seen if photo.row.truth == NON_SKIN]
    skin = [photo for photo in seen if photo.row.truth != NON_SKIN]
    yield _line("not_skin_seen", share(not photo.found.is_skin for photo in things))
    yield _line("not_skin_hinted", share(photo.found.has_hint for photo in things))
    yield _line("skin_taken_for_none", share(not photo.found.is_skin for photo in skin))
    if things and skin:
        area = auroc([p.found.no_skin for p in things], [p.found.no_skin for p in skin])
        yield _line("not_skin_auroc", f"{area:.4f}, {len(things)} against {len(skin)}")


def _together_lines(known: Sequence[SeenPhoto]) -> Iterator[str]:
    """The first photos of a group together, beside the first of them alone."""
    firsts = [(photo, photo.group_found) for photo in known if photo.group_found is not None]
    if firsts:
        yield _line("group_top_1", share(ordered(found)[0] == photo.row.truth for photo, found in firsts))
        yield _line("its_first_alone", share(photo.is_right for photo, _ in firsts))


def _parts(photos: Sequence[SeenPhoto], name: Callable[[SeenPhoto], str]) -> list[list[SeenPhoto]]:
    """The photos of each name, names sorted."""
    found: dict[str, list[SeenPhoto]] = {}
    for photo in photos:
        found.setdefault(name(photo), []).append(photo)
    return [found[key] for key in sorted(found)]


def _among(photos: Iterable[SeenPhoto], count: int) -> Share:
    return share(photo.row.truth in photo.order[:count] for photo in photos)


def _part_line(kind: str, name: str, photos: Sequence[SeenPhoto]) -> str:
    if name == NON_SKIN:
        return _line(f"{kind} {name}", f"seen as such {share(photo.is_right for photo in photos)}")
    return _line(f"{kind} {name}", f"first {_among(photos, 1)}; among three {_among(photos, 3)}")


def _held(photos: Sequence[SeenPhoto], calibration: Calibration) -> str:
    """How often the sets hold the true class."""
    held = share(photo.found.probabilities[photo.row.truth] >= calibration.set_threshold for photo in photos)
    return f"; set holds it {held}"


def _taken_for(photos: Sequence[SeenPhoto]) -> str:
    wrong = Counter(photo.order[0] for photo in photos if not photo.is_right).most_common(3)
    return "; taken for " + ", ".join(f"{name} {count}" for name, count in wrong) if wrong else ""


def _line(name: str, value: object) -> str:
    return f"{name:22} {value}"


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Chance that a positive scores above a negative, 0–1, ties half; both hold at least one."""
    wins = sum((one > other) + (one == other) / 2 for one in positive for other in negative)
    return wins / (len(positive) * len(negative))

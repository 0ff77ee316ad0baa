"""What the quality gate refuses: real photos as they are, and copies made worse on purpose.

    python models/training/measure_gate.py --photos DIR

A refusal of a photo as it is counts against the gate; a refusal of a copy that hides the skin counts for it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from lesion_damage import BLURRED, RELIT
from lesion_data import read_manifest

from core.errors import PhotoRefused
from core.photo import decode_square, measure_quality, prepare_photo, render_photo, require_quality
from core.photo_types import RawUpload


def main() -> None:
    """Nothing; prints one line a change: how many are refused, and why."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder with manifest.csv")
    folder = parser.parse_args().photos
    skin = [photo for photo in read_manifest(folder) if photo.label != "non_skin"]
    uploads = [RawUpload(name=photo.path, data=(folder / photo.path).read_bytes()) for photo in skin]
    refusals: dict[str, Counter[str]] = {"as it is": Counter()} | {name: Counter() for name in BLURRED | RELIT}
    for upload in uploads:
        refusals["as it is"][reason(lambda upload=upload: prepare_photo(upload))] += 1
        square = decode_square(render_photo(upload))
        for name, change in (BLURRED | RELIT).items():
            refusals[name][reason(lambda c=change, s=square: require_quality(measure_quality(c(s)), 384))] += 1
    for name, reasons in refusals.items():
        refused = len(uploads) - reasons.pop("", 0)
        print(f"{name:24} refused {refused:4} of {len(uploads)} ({refused / len(uploads):6.1%})  {dict(reasons)}")


def reason(check: Callable[[], object]) -> str:
    """The code of the refusal, empty where there is none."""
    try:
        check()
    except PhotoRefused as refusal:
        return refusal.code
    return ""


if __name__ == "__main__":
    main()

"""Size and SHA-256 of each file that `models/manifest.toml` lists, written anew; what a person wrote there stays.

python models/training/refresh_manifest.py [MODELS_DIR]
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path

HEAD = "# Files that the app reads from models/: checked by SHA-256 at load. Rewritten by models/training.\n"
ORDER = ("path", "bytes", "sha256", "from", "licence", "use")


def refresh(models_dir: Path) -> None:
    """Nothing; rewrites the manifest of this folder."""
    manifest = models_dir / "manifest.toml"
    entries = tomllib.loads(manifest.read_text(encoding="utf-8"))["file"]
    manifest.write_text(HEAD + "".join(section(models_dir, entry) for entry in entries), encoding="utf-8")


def section(models_dir: Path, entry: dict[str, str | int]) -> str:
    """One file's part of the manifest."""
    data = (models_dir / str(entry["path"])).read_bytes()
    entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    lines = (f"{key} = {entry[key] if key == 'bytes' else quoted(str(entry[key]))}" for key in ORDER)
    return "\n[[file]]\n" + "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """The text as a TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    refresh(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])

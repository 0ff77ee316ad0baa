"""A program that turns a HEIC file into a PNG: `core.photo` runs it apart, since damaged files crash the decoder."""

from __future__ import annotations

import io
import sys

from PIL import Image

TOO_LARGE, BROKEN = 3, 4
"""Exit codes: more pixels than the argument allows; not decodable."""


def main(max_pixels: int) -> int:
    """The exit code; the HEIC comes on standard input, an upright PNG without metadata goes to standard output."""
    from pi_heif import register_heif_opener  # noqa: PLC0415 (loads the decoder, wanted in this process only)

    register_heif_opener()
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=["HEIF"]) as image:
        if image.width * image.height > max_pixels:
            return TOO_LARGE
        image.load()
        image.save(sys.stdout.buffer, "PNG", compress_level=0)
    return 0


if __name__ == "__main__":
    try:
        code = main(int(sys.argv[1]))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        code = TOO_LARGE
    # A decoder raises nearly anything on hostile bytes, and the parent process knows what to tell.
    except Exception:  # noqa: BLE001
        code = BROKEN
    sys.exit(code)

"""HEIC files put together from a small one, since nothing at hand writes them."""

from __future__ import annotations

import struct

from tests.pictures import HEIC

TILE, ROWS, COLUMNS = (320, 240), 13, 13
_HVCC, _CODED = slice(211, 331), slice(453, 453 + 5424)
"""Where the small file keeps the decoder's settings and its picture."""


def large_heic() -> bytes:
    """A HEIC of 4,160 × 3,120 pixels, as phones write them: one picture made of a grid of tiles.

    All tiles lie at the same place of the file, which keeps it small.
    """
    small = HEIC.read_bytes()
    coded, grid = small[_CODED], struct.pack(">BBBBHH", 0, 0, ROWS - 1, COLUMNS - 1, TILE[0] * COLUMNS, TILE[1] * ROWS)
    head = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    start = len(head) + len(meta(small[_HVCC], (0, len(coded)), (0, len(grid)))) + 8
    described = meta(small[_HVCC], (start, len(coded)), (start + len(coded), len(grid)))
    return head + described + box(b"mdat", coded + grid)


def meta(settings: bytes, tile: tuple[int, int], grid: tuple[int, int]) -> bytes:
    """The box that says which items there are, where each lies (offset and length), and how large it is."""
    tiles = range(1, ROWS * COLUMNS + 1)
    last = len(tiles) + 1
    kinds = [*((at, b"hvc1") for at in tiles), (last, b"grid")]
    items = b"".join(full(b"infe", struct.pack(">HH4sB", at, 0, kind, 0), 2) for at, kind in kinds)
    places = b"".join(struct.pack(">HHHII", at, 0, 1, *(grid if at == last else tile)) for at, _ in kinds)
    used = struct.pack(f">HH{len(tiles)}H", last, len(tiles), *tiles)
    whole = (TILE[0] * COLUMNS, TILE[1] * ROWS)
    sizes = [full(b"ispe", struct.pack(">II", *size)) for size in (TILE, whole)]
    owns = b"".join(struct.pack(">HBBB", at, 2, 0x81, 0x02) for at in tiles) + struct.pack(">HBB", last, 1, 0x03)
    properties = box(b"ipco", settings + b"".join(sizes)) + full(b"ipma", struct.pack(">I", last) + owns)
    parts = [
        full(b"hdlr", b"\0\0\0\0pict" + bytes(13)),
        full(b"pitm", struct.pack(">H", last)),
        full(b"iloc", struct.pack(">BBH", 0x44, 0, last) + places),
        full(b"iinf", struct.pack(">H", last) + items),
        full(b"iref", box(b"dimg", used)),
        box(b"iprp", properties),
    ]
    return full(b"meta", b"".join(parts))


def box(kind: bytes, data: bytes) -> bytes:
    """One box of the file format."""
    return struct.pack(">I4s", 8 + len(data), kind) + data


def full(kind: bytes, data: bytes, version: int = 0) -> bytes:
    """One box with a version."""
    return box(kind, struct.pack(">I", version << 24) + data)

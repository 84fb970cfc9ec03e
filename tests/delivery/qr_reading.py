"""Reads a QR code back from its modules or from a picture, after ISO 18004: what a telephone would do with a clean one.

No library of the house decodes; this one corrects no error and knows versions 1 to 6, levels Q and H, bytes.
"""

from collections.abc import Iterator, Sequence

from PIL import Image

Matrix = Sequence[Sequence[int]]
# Data codewords of each block, by level (Q is 3, H is 2 in the format bits) and version.
_BLOCKS = {
    3: {1: (13,), 2: (22,), 3: (17, 17), 4: (24, 24), 5: (15, 15, 16, 16), 6: (19, 19, 19, 19)},
    2: {1: (9,), 2: (16,), 3: (13, 13), 4: (9, 9, 9, 9), 5: (11, 11, 12, 12), 6: (15, 15, 15, 15)},
}
_MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: (y * x) % 2 + (y * x) % 3 == 0,
    lambda y, x: ((y * x) % 2 + (y * x) % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + (y * x) % 3) % 2 == 0,
)
_FORMAT_MASK = 0b101010000010010
_BYTES = 0b0100


def words_of(matrix: Matrix) -> str:
    """The text of a code, from its modules without the quiet zone."""
    version = (len(matrix) - 17) // 4
    level, mask = _format(matrix)
    bits = [int(matrix[y][x]) ^ _MASKS[mask](y, x) for y, x in _path(len(matrix), version)]
    codewords = [int("".join(map(str, bits[start : start + 8])), 2) for start in range(0, len(bits) - 7, 8)]
    return _text(_in_order(codewords, _BLOCKS[level][version]))


def matrix_of(picture: Image.Image) -> Matrix:
    """The modules of the one code of a picture: dark on light, upright, nothing else dark around it."""
    grey = picture.convert("L").point(lambda level: 255 if level < 128 else 0)
    left, top, right, bottom = grey.getbbox() or (0, 0, 0, 0)
    code = grey.crop((left, top, right, bottom))
    run = next(x for x in range(code.width) if code.getpixel((x, 2)) == 0)  # seven modules of the corner
    side = round(7 * code.width / run)
    step = code.width / side
    return [
        [1 if code.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))) else 0 for x in range(side)]
        for y in range(side)
    ]


def _format(matrix: Matrix) -> tuple[int, int]:
    """Level and mask, from the strip beside the first corner."""
    across = [matrix[8][x] for x in (0, 1, 2, 3, 4, 5, 7, 8)]
    down = [matrix[y][8] for y in (7, 5, 4, 3, 2, 1, 0)]
    bits = int("".join(map(str, map(int, [*across, *down]))), 2) ^ _FORMAT_MASK
    return bits >> 13, bits >> 10 & 0b111


def _is_function(y: int, x: int, side: int, version: int) -> bool:
    if (y < 9 and (x < 9 or x >= side - 8)) or (y >= side - 8 and x < 9) or 6 in (y, x):
        return True
    centre = side - 7
    return version > 1 and abs(y - centre) <= 2 and abs(x - centre) <= 2


def _path(side: int, version: int) -> Iterator[tuple[int, int]]:
    """The places of the bits: columns by two from the right, up then down, past the vertical timing line."""
    is_up = True
    for right in [x for x in range(side - 1, 0, -2) if x > 6] + [5, 3, 1]:
        for step in range(side):
            y = side - 1 - step if is_up else step
            for x in (right, right - 1):
                if not _is_function(y, x, side, version):
                    yield y, x
        is_up = not is_up


def _in_order(codewords: Sequence[int], blocks: tuple[int, ...]) -> list[int]:
    """The data codewords block after block: they are written in turns."""
    parts: list[list[int]] = [[] for _ in blocks]
    flow = iter(codewords)
    for turn in range(max(blocks)):
        for part, length in zip(parts, blocks, strict=True):
            if turn < length:
                part.append(next(flow))
    return [word for part in parts for word in part]


def _text(words: Sequence[int]) -> str:
    bits = "".join(f"{word:08b}" for word in words)
    assert int(bits[:4], 2) == _BYTES, "only bytes are read here"
    length = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * n : 20 + 8 * n], 2) for n in range(length)).decode()

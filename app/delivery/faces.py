"""The three static faces of the letter, cut from an installed variable font. It must never read another file.

The engine turns a variable font into a static one anew for every letter and every size (85 % of the time of a letter
when measured here, and a changing date inside the file). HarfBuzz, which the engine needs anyway, does it once per
process in about 20 ms a face, with the same bytes each time. One optical size serves from the endnotes to the titles.
"""

import ctypes
import io
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_source_serif_4
from fontTools.ttLib import TTFont

FONT_FAMILY = fontpkg_source_serif_4.FAMILY
OPTICAL_SIZE = 10.0

_FILES = fontpkg_source_serif_4.ROOT / "files"
_UPRIGHT, _ITALIC = _FILES / "SourceSerif4[opsz,wght].ttf", _FILES / "SourceSerif4-Italic[opsz,wght].ttf"

# hb-subset.h: sets of the input, and the flag that keeps glyph shapes of .notdef.
_UNICODE, _NAME_ID, _LAYOUT_FEATURE = 1, 4, 6
_NOTDEF_OUTLINE = 0x40
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Face:
    """A variable file and the weight to cut from it."""

    path: Path
    weight: float


FACES = {"romain": Face(_UPRIGHT, 400.0), "gras": Face(_UPRIGHT, 700.0), "italique": Face(_ITALIC, 400.0)}


@cache
def face_bytes(name: str) -> bytes:
    """The TrueType file of a face; the whole variable file where HarfBuzz is too old (before 6.0) to cut one."""
    face = FACES[name]
    try:
        return _cut(face)
    except (OSError, AttributeError, RuntimeError) as error:
        _log.warning("static faces cannot be cut (%s): letters will take longer", type(error).__name__)
        return face.path.read_bytes()


def width_in_ems(text: str) -> float:
    """The width of a line in the upright face, without kerning, in units of its body size."""
    widths, widest = _widths()
    return sum(widths.get(character, widest) for character in text)


@cache
def known_characters() -> frozenset[str]:
    """The characters that every face draws."""
    known = []
    for name in FACES:
        with TTFont(io.BytesIO(face_bytes(name)), lazy=True) as font:
            known.append(set(font.getBestCmap()))
    return frozenset(map(chr, set.intersection(*known)))


@cache
def _widths() -> tuple[dict[str, float], float]:
    with TTFont(io.BytesIO(face_bytes("romain")), lazy=True) as font:
        advances, body = font["hmtx"].metrics, font["head"].unitsPerEm
        widths = {chr(code): advances[glyph][0] / body for code, glyph in font.getBestCmap().items()}
    return widths, max(widths.values())


@cache
def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """HarfBuzz and its subsetter, with the C types of the few calls used."""
    shaping, subsetting = ctypes.CDLL("libharfbuzz.so.0"), ctypes.CDLL("libharfbuzz-subset.so.0")
    pointer, number = ctypes.c_void_p, ctypes.c_uint
    signatures: tuple[tuple[ctypes.CDLL, str, Any, list[Any]], ...] = (
        (shaping, "hb_blob_create", pointer, [ctypes.c_char_p, number, ctypes.c_int, pointer, pointer]),
        (shaping, "hb_blob_destroy", None, [pointer]),
        (shaping, "hb_blob_get_data", pointer, [pointer, ctypes.POINTER(number)]),
        (shaping, "hb_face_create", pointer, [pointer, number]),
        (shaping, "hb_face_destroy", None, [pointer]),
        (shaping, "hb_face_reference_blob", pointer, [pointer]),
        (shaping, "hb_set_clear", None, [pointer]),
        (shaping, "hb_set_invert", None, [pointer]),
        (subsetting, "hb_subset_input_create_or_fail", pointer, []),
        (subsetting, "hb_subset_input_destroy", None, [pointer]),
        (subsetting, "hb_subset_input_set", pointer, [pointer, ctypes.c_int]),
        (subsetting, "hb_subset_input_set_flags", None, [pointer, number]),
        (
            subsetting,
            "hb_subset_input_pin_axis_location",
            ctypes.c_int,
            [pointer, pointer, ctypes.c_uint32, ctypes.c_float],
        ),
        (subsetting, "hb_subset_or_fail", pointer, [pointer, pointer]),
    )
    for library, name, result, arguments in signatures:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return shaping, subsetting


def _cut(face: Face) -> bytes:
    shaping, subsetting = _libraries()
    content = face.path.read_bytes()
    # Mode 0: HarfBuzz takes its own copy.
    blob = shaping.hb_blob_create(content, len(content), 0, None, None)
    variable = shaping.hb_face_create(blob, 0)
    wanted = subsetting.hb_subset_input_create_or_fail()
    try:
        for kept_whole in (_UNICODE, _NAME_ID, _LAYOUT_FEATURE):
            members = subsetting.hb_subset_input_set(wanted, kept_whole)
            shaping.hb_set_clear(members)
            shaping.hb_set_invert(members)
        subsetting.hb_subset_input_set_flags(wanted, _NOTDEF_OUTLINE)
        for axis, value in (("wght", face.weight), ("opsz", OPTICAL_SIZE)):
            tag = int.from_bytes(axis.encode("ascii"), "big")
            if not subsetting.hb_subset_input_pin_axis_location(wanted, variable, tag, value):
                raise RuntimeError(f"axis {axis}")
        return _bytes_of(shaping, subsetting.hb_subset_or_fail(variable, wanted))
    finally:
        subsetting.hb_subset_input_destroy(wanted)
        shaping.hb_face_destroy(variable)
        shaping.hb_blob_destroy(blob)


def _bytes_of(shaping: ctypes.CDLL, face: int | None) -> bytes:
    if not face:
        raise RuntimeError("no face")
    blob = shaping.hb_face_reference_blob(face)
    length = ctypes.c_uint()
    content = ctypes.string_at(shaping.hb_blob_get_data(blob, ctypes.byref(length)), length.value)
    shaping.hb_blob_destroy(blob)
    shaping.hb_face_destroy(face)
    return content

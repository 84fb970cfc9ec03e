"""A PDF somebody sent, refused when it acts, else written anew with its pages alone. It must never follow a reference
outside the file.

What stays is what is seen: pages, with forms and stamps drawn onto them. Links, metadata, layers and bookmarks go.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from app.delivery.piece_image import without_notes
from app.delivery.rendered import CleanPiece
from app.domain.pieces import MOST_PAGES, MOST_PIXELS, MediaType, RefusedPiece

MOST_OBJECTS = 50_000
MOST_EXPANDED = 160_000_000  # bytes: a picture of forty million points in colour, and some room
_POINTS = (1.0, 14_400.0)  # the sides a page may have, in points: PDF 32000-1, annex C
_PRINT_IT = "Ouvrez-le, imprimez-le dans un nouveau PDF, puis choisissez celui-ci."
_DAMAGED = f"Ce PDF est incomplet ou abîmé. {_PRINT_IT}"
_SWELLING = f"Ce PDF est abîmé, ou grossit sans mesure quand on l’ouvre. {_PRINT_IT}"
_LOCKED = f"Ce PDF est protégé par un mot de passe. {_PRINT_IT}"
_CROWDED = f"Ce PDF est trop compliqué pour être gardé. {_PRINT_IT}"
_SCRIPT = f"Ce PDF contient un programme (JavaScript). {_PRINT_IT}"
_ATTACHED = f"Ce PDF contient d’autres fichiers. {_PRINT_IT}"
_LAUNCH = f"Ce PDF demande à lancer un programme. {_PRINT_IT}"
_OUTSIDE = f"Ce PDF va chercher quelque chose en dehors de lui-même. {_PRINT_IT}"
_MEDIA = f"Ce PDF contient un son, une vidéo ou un objet animé. {_PRINT_IT}"
_DYNAMIC = f"Ce PDF est un formulaire qui se construit tout seul (XFA). {_PRINT_IT}"
_ACTIONS = {
    "/JavaScript": _SCRIPT, "/Launch": _LAUNCH, "/GoToR": _OUTSIDE, "/GoToE": _ATTACHED, "/SubmitForm": _OUTSIDE,
    "/ImportData": _OUTSIDE, "/Rendition": _MEDIA, "/Movie": _MEDIA, "/Sound": _MEDIA, "/RichMediaExecute": _MEDIA,
}  # fmt: skip
_KINDS = {
    "/EmbeddedFile": _ATTACHED, "/FileAttachment": _ATTACHED, "/RichMedia": _MEDIA, "/Movie": _MEDIA,
    "/Sound": _MEDIA, "/Screen": _MEDIA, "/3D": _MEDIA,
}  # fmt: skip
_KEYS = {"/JavaScript": _SCRIPT, "/EmbeddedFiles": _ATTACHED, "/EF": _ATTACHED, "/XFA": _DYNAMIC}
_PAGE_KEYS = frozenset({
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group",
})  # fmt: skip
# What a program left of itself, or of whoever used it, on any object.
_TRACES = ("/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/StructParent", "/StructParents", "/AF", "/OC")
_CODECS = frozenset({"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"})


def set_limits() -> None:
    """Bound what any stream may expand to, once in the life of the process; its memory limit stays the last wall."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MOST_EXPANDED,
        png_max_memory=MOST_EXPANDED,
        tiff_max_memory=MOST_EXPANDED,
        run_length_max_memory=MOST_EXPANDED,
        max_stream_filters=4,
    )


def clean_pdf(raw: bytes) -> CleanPiece:
    """The pages of the file, drawn as they were. Raises RefusedPiece."""
    try:
        with pikepdf.open(io.BytesIO(raw), suppress_warnings=True) as source:
            if source.is_encrypted:
                raise RefusedPiece(_LOCKED)
            _refuse_acts(source)
            _refuse_pages(source)
            source.generate_appearance_streams()
            source.flatten_annotations("all")
            return _written_anew(source)
    except pikepdf.PasswordError:
        raise RefusedPiece(_LOCKED) from None
    except pikepdf.DataDecodingError:
        raise RefusedPiece(_SWELLING) from None
    except (pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError, RuntimeError):
        raise RefusedPiece(_DAMAGED) from None


def _written_anew(source: pikepdf.Pdf) -> CleanPiece:
    with pikepdf.new() as fresh:
        for page in source.pages:
            for key in set(page.obj.keys()) - _PAGE_KEYS:
                del page.obj[key]
            fresh.pages.append(page)
        for item in _dictionaries(fresh):
            _forget_traces(item)
        out = io.BytesIO()
        fresh.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return CleanPiece(out.getvalue(), MediaType.PDF, len(fresh.pages))


def _refuse_pages(source: pikepdf.Pdf) -> None:
    count = len(source.pages)
    if count == 0:
        raise RefusedPiece(_DAMAGED)
    if count > MOST_PAGES:
        raise RefusedPiece(
            f"Ce PDF compte {count} pages ; une pièce en garde {MOST_PAGES} au plus. Gardez les pages utiles, ou "
            "envoyez-le en plusieurs fois."
        )
    for page in source.pages:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        if not all(_POINTS[0] <= side <= _POINTS[1] for side in (abs(right - left), abs(top - bottom))):
            raise RefusedPiece(_DAMAGED)


def _refuse_acts(source: pikepdf.Pdf) -> None:
    """Refuse what would act, hide or expand once opened, wherever it stands in the file."""
    if len(source.objects) > MOST_OBJECTS:
        raise RefusedPiece(_CROWDED)
    for item in _dictionaries(source):
        for key, table in (("/S", _ACTIONS), ("/Type", _KINDS), ("/Subtype", _KINDS)):
            name = item.get(key)
            if isinstance(name, pikepdf.Name) and str(name) in table:
                raise RefusedPiece(table[str(name)])
        for key in _KEYS.keys() & set(item.keys()):
            raise RefusedPiece(_KEYS[key])
        if isinstance(item, pikepdf.Stream):
            _refuse_stream(item)


def _refuse_stream(stream: pikepdf.Stream) -> None:
    if "/F" in stream or "/Ref" in stream:  # its bytes, or its drawing, would be those of another file
        raise RefusedPiece(_OUTSIDE)
    if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MOST_PIXELS:
        raise RefusedPiece(_CROWDED)
    if not _CODECS & set(_filters(stream)):
        stream.read_bytes()  # what expands without end does so here, in a process that can be killed


def _forget_traces(item: Any) -> None:
    for key in _TRACES:
        if key in item:
            del item[key]
    if isinstance(item, pikepdf.Stream) and _filters(item)[-1:] == ["/DCTDecode"]:
        jpeg, parameters = _jpeg_in(item)
        item.write(without_notes(jpeg), filter=pikepdf.Name.DCTDecode, decode_parms=parameters)


def _jpeg_in(stream: Any) -> tuple[bytes, Any]:
    """The JPEG of a stream, out of the other filters that may be laid over it, and the parameters of its own."""
    given, over = stream.get("/DecodeParms"), _filters(stream)[:-1]
    parameters = [*(given if isinstance(given, pikepdf.Array) else [given]), *(None for _ in over)]
    own = parameters[len(over)]
    if not over:
        return stream.read_raw_bytes(), own
    with pikepdf.new() as bench:
        wrapped = bench.make_stream(stream.read_raw_bytes())
        wrapped.Filter = pikepdf.Array([pikepdf.Name(name) for name in over])
        wrapped.DecodeParms = pikepdf.Array(parameters[: len(over)])
        return wrapped.read_bytes(), own


def _filters(stream: Any) -> list[str]:
    found: Any = stream.get("/Filter", [])
    return [str(name) for name in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file, those inside others included."""
    seen = 0
    for top in pdf.objects:
        waiting = [top]
        while waiting:
            item = waiting.pop()
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                yield item
                inner = [value for _key, value in item.items()]
            elif isinstance(item, pikepdf.Array):
                inner = list(item)
            else:
                continue
            seen += len(inner)
            if seen > 40 * MOST_OBJECTS:
                raise RefusedPiece(_CROWDED)
            waiting += [value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect]

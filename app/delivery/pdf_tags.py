"""Puts one tagged PDF after another and keeps the tags of both: who reads with a screen reader loses nothing. It must
never change a page.

Source: PDF 32000-1, 14.7: a page or an annotation finds its elements by a number in the parent tree; both documents
count from 0, so the numbers of the second are moved past those of the first.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name


def append_tagged(pdf: pikepdf.Pdf, other: pikepdf.Pdf) -> None:
    """Add the pages of `other` at the end of `pdf`, their links and their tags with them, as one part of the whole."""
    first = len(pdf.pages)
    pdf.add_pages_from(other, forms="strip")
    added: list[Any] = [page.obj for page in list(pdf.pages)[first:]]
    if "/StructTreeRoot" not in other.Root or "/StructTreeRoot" not in pdf.Root:
        for item in _numbered(added):
            del item[_number_key(item)]
        return
    root: Any = pdf.Root.StructTreeRoot
    # After the pages: elements then point to those that were just added.
    tree: Any = pdf.copy_foreign(other.Root.StructTreeRoot)
    shift = _next_number(root)
    for item in _numbered(added):
        key = _number_key(item)
        item[key] = int(item[key]) + shift
    numbers = list(tree.ParentTree.Nums)
    for place in range(0, len(numbers), 2):
        numbers[place] = int(numbers[place]) + shift
    root.ParentTree.Nums = Array([*root.ParentTree.Nums, *numbers])
    root.ParentTreeNextKey = _next_number(root)
    _adopt(pdf, root, tree)


def _adopt(pdf: pikepdf.Pdf, root: Any, tree: Any) -> None:
    """Make the second document a part of the first one."""
    whole = _children(root)[0]
    part: Any = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Part, P=whole, K=Array()))
    for document in _children(tree):
        for element in _children(document):
            element.P = part
            part.K.append(element)
    whole.K = Array([*_children(whole), part])


def _children(element: Any) -> list[Any]:
    found = element.get("/K", [])
    return list(found) if isinstance(found, Array) else [found]


def _numbered(pages: list[Any]) -> Iterator[Any]:
    """The pages, and the annotations on them, that the parent tree knows."""
    for page in pages:
        yield from (item for item in (page, *page.get("/Annots", [])) if _number_key(item) in item)


def _number_key(item: Any) -> str:
    return "/StructParents" if item.get("/Type") == Name.Page else "/StructParent"


def _next_number(root: Any) -> int:
    numbers = list(root.ParentTree.Nums)[::2]
    return max((int(number) for number in numbers), default=-1) + 1

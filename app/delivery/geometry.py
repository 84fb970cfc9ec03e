"""Where things stand on a sheet folded in three, in millimetres. It must never lay anything out itself.

Source of the block (110 mm, 50 mm, 76 × 34 mm) and of the folds (99 and 198 mm): the house's design study. The
windows are those commonly sold in France with DL envelopes (220 × 110 mm): 100 mm wide, 45 or 35 mm high, 20 mm
from the right edge and 20 mm from the bottom. No standard that fixes them was read: the reasoning below therefore
keeps to what both windows show.

A folded sheet (210 × 99 mm) slides in its envelope by 10 mm across and 11 mm down. `visible_wherever_it_slides` is
what a window shows in every position; `visible_somewhere` is what it may show in one of them.
"""

from dataclasses import dataclass

from app.delivery.faces import width_in_ems

MILLIMETRES_PER_POINT = 25.4 / 72
MILLIMETRES_PER_PIXEL = 25.4 / 96


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A zone of the sheet: distances from its left and top edges, in millimetres."""

    left: float
    top: float
    right: float
    bottom: float

    def contains(self, other: "Rectangle", tolerance: float = 0.0) -> bool:
        """Whether `other` lies wholly inside, give or take `tolerance` millimetres."""
        return (
            other.left >= self.left - tolerance
            and other.top >= self.top - tolerance
            and other.right <= self.right + tolerance
            and other.bottom <= self.bottom + tolerance
        )

    def touches(self, other: "Rectangle") -> bool:
        """Whether the two zones share some surface."""
        return (
            other.left < self.right and other.right > self.left and other.top < self.bottom and other.bottom > self.top
        )


@dataclass(frozen=True, slots=True)
class Window:
    """The window of an envelope, placed from the envelope's right and bottom edges, in millimetres."""

    width: float
    height: float
    from_right: float = 20.0
    from_bottom: float = 20.0

    def on_sheet(self, across: float, down: float) -> Rectangle:
        """What it shows of a folded sheet standing `across` and `down` millimetres from the envelope's top left."""
        right = ENVELOPE_WIDTH - self.from_right - across
        bottom = ENVELOPE_HEIGHT - self.from_bottom - down
        return Rectangle(right - self.width, bottom - self.height, right, bottom)

    def visible_wherever_it_slides(self) -> Rectangle:
        """The part of the sheet that the window shows however the sheet has slid."""
        start, end = self.on_sheet(0, 0), self.on_sheet(SLIDE_ACROSS, SLIDE_DOWN)
        return Rectangle(start.left, start.top, end.right, end.bottom)

    def visible_somewhere(self) -> Rectangle:
        """All that the window may show of the sheet in one position or another."""
        start, end = self.on_sheet(0, 0), self.on_sheet(SLIDE_ACROSS, SLIDE_DOWN)
        return Rectangle(end.left, end.top, start.right, start.bottom)


SHEET = Rectangle(0.0, 0.0, 210.0, 297.0)
FOLDS = (99.0, 198.0)
ENVELOPE_WIDTH, ENVELOPE_HEIGHT = 220.0, 110.0
SLIDE_ACROSS = ENVELOPE_WIDTH - SHEET.right
SLIDE_DOWN = ENVELOPE_HEIGHT - FOLDS[0]

TALL_WINDOW = Window(100.0, 45.0)
LOW_WINDOW = Window(100.0, 35.0)

# The block kept for the address, and the lines allowed in it.
RECIPIENT = Rectangle(110.0, 50.0, 186.0, 84.0)
RECIPIENT_LINES = 6
RECIPIENT_LINE = 4.75

# Six lines end at 78.5 mm: inside the tall window wherever the sheet slides (it shows 45 to 79 mm), and inside the
# low one when the sheet rests on the envelope's lower edge, as it does once stood up (it then shows 44 to 79 mm).
ADDRESS_ZONE = TALL_WINDOW.visible_wherever_it_slides()
KEPT_CLEAR = TALL_WINDOW.visible_somewhere()

_BODY_SIZES = (10.75, 9.5, 8.5, 7.5, 6.0)


def recipient_size(lines: tuple[str, ...]) -> float:
    """The largest body size, in points, at which no line of the address is wider than the block."""
    width = RECIPIENT.right - RECIPIENT.left
    ems = max((width_in_ems(line) for line in lines), default=0.0)
    for size in _BODY_SIZES:
        if ems * size * MILLIMETRES_PER_POINT <= width:
            return size
    return _BODY_SIZES[-1]

"""Sets Chinese prose on the 28-cell line of GB/T 9704: which characters a line holds, and how it is made to fill.

Neither CSS nor Pango does this: the renderer stretches spaces only, and Chinese has none. No line starts with a closing
mark or ends with an opening one, and a figure never leaves its unit. Of all ways to break a paragraph the one is taken
whose lines need the least: a line too long gives up the blank half of its closing marks, one too short is spaced out
to the full measure. Nothing of the text is lost: the lines joined are the paragraph.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from reports.documents.base import Figure, Name, Piece, Prose, pieces, plain
from reports.faces import Face, shipped

CELLS = 28
INDENT = 2
SIZE = 15.75  # pt, 3号
PITCH = 442.2 / CELLS  # pt; one cell of the 156 mm block

# What a line may give or take, in cells. More than a sixth inside a line would look like half-width type.
SQUEEZE_AT_END = 0.5
SQUEEZE_WITHIN = 1 / 6
SQUEEZE_IN_ALL = 1.0
STRETCH = 0.16  # between two characters; a line that needs more is left short
SQUEEZED = 0.5  # cost of a line squeezed as far as it goes, against 1 of one stretched so: marks show it less
RAGGED = 100.0  # cost of a line left short: any filled line is better
WIDOW = 2.0  # cost of a last line of a single character and its mark
EXACT = 1e-6

OPENING = "（“‘《〈〔【「『"
CLOSING = "，。、；：？！）”’》〉〕】」』…％"
SQUEEZABLE = "，。、；：）”’》〉〕】」』"  # their right half is blank
UNITS = "个百分点 万元 亿元 人次 家次 户次 " + " ".join("%元人家件份张个户期场次篇条项支名组年月日岁天届对")
ATOM = re.compile(
    rf"""[{OPENING}]*
    (?: \d{{1,2}}月\d{{1,2}}日                                            # the day of a month
      | [第约近]?\d[\d,.]*(?:—\d[\d,.]*)?余?(?:{"|".join(UNITS.split())})?  # a figure or range with its unit
      | [A-Za-z][\w.\-]*
      | ——
      | [^{OPENING}] )
    [\ufe00-\ufe0f\U000e0100-\U000e01ef]*[{CLOSING}]*[ ]*
    | [{OPENING}]+""",
    re.VERBOSE | re.ASCII,
)
SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
CHARACTER = re.compile(rf".{SELECTOR.pattern}*", re.DOTALL)
BLANKS = re.compile(r"[\t\n\r ]+")


@dataclass(frozen=True)
class Setting:
    """How a paragraph is set: what its first line holds after the indent, what the others hold, in which face.

    ``squeeze`` is off for a face whose marks stand in the middle of their cell, as the traditional ones do.
    """

    first: float = CELLS - INDENT
    cells: float = CELLS
    squeeze: bool = True
    face: Face = field(default_factory=shipped)

    def measure(self, start: int) -> float:
        """The cells of a line that starts with the atom ``start``."""
        return self.cells if start else self.first


class Atom:
    """What a line may not be broken inside of, with its measures."""

    def __init__(self, text: str, face: Face):
        self.text = text
        self.full = sum(map(face.advance, text))
        self.blank = self.full - face.width(text)
        self.marks = sum(char in SQUEEZABLE for char in text)
        self.ends_in_mark = text.rstrip(" ")[-1:] in tuple(SQUEEZABLE)


def atoms(text: str, setting: Setting) -> list[Atom]:
    """A text in its unbreakable parts; one longer than a line (an address, a long number) falls into characters."""
    limit = min(setting.first, setting.cells)
    parts = []
    for part in ATOM.findall(text):
        parts += [part] if setting.face.width(part) <= limit else CHARACTER.findall(part)
    return [Atom(part, setting.face) for part in parts]


@dataclass(frozen=True)
class Line:
    """A line of a paragraph and the cells it leaves empty, or lacks; the last line need not be full."""

    text: str
    spare: float
    is_last: bool


def lines(text: str, setting: Setting) -> list[Line]:
    """Break a paragraph at the least total cost."""
    parts = atoms(text, setting)
    best = [(0.0, 0)]  # for each number of atoms set: the least cost, and where the last line starts
    for end in range(1, len(parts) + 1):
        best.append(min((best[start][0] + added, start) for start, added in line_costs(parts, end, setting)))
    found: list[Line] = []
    end = len(parts)
    while end:
        start = best[end][1]
        line = "".join(part.text for part in parts[start:end])
        found.insert(0, Line(line, setting.measure(start) - setting.face.width(line), end == len(parts)))
        end = start
    return found


def line_costs(parts: list[Atom], end: int, setting: Setting) -> Iterator[tuple[int, float]]:
    """Every atom a line ending at ``end`` could start with, and what that line would cost."""
    at_end = SQUEEZE_AT_END if setting.squeeze and parts[end - 1].ends_in_mark else 0.0
    long, marks, gaps = -parts[end - 1].blank, -1 if at_end else 0, -1
    for start in range(end - 1, -1, -1):
        long += parts[start].full
        marks += parts[start].marks
        gaps += len(parts[start].text)
        spare = setting.measure(start) - long
        within = min(marks * SQUEEZE_WITHIN, SQUEEZE_IN_ALL - at_end) if setting.squeeze else 0.0
        if spare >= -at_end - within - EXACT:
            yield start, cost(spare, gaps, at_end, within, is_last=end == len(parts))
        elif long > max(setting.first, setting.cells) + SQUEEZE_IN_ALL:
            return


def cost(spare: float, gaps: int, at_end: float, within: float, *, is_last: bool) -> float:
    """How much of its elasticity a line uses up.

    The blank half of a mark at the end is free: it hangs over the edge, and the line keeps to the grid.
    """
    if spare < -EXACT:
        over = -spare - at_end
        return SQUEEZED * over / within if over > EXACT else 0.0
    if is_last:
        return WIDOW if gaps < 2 else 0.0
    gap = spare / max(gaps, 1)
    return gap / STRETCH if gap <= STRETCH else RAGGED + spare


def cuts(line: Line) -> dict[int, float]:
    """What each mark inside an overfull line gives up, by its place in the line.

    The mark at the end comes first and needs no cut: the blank half of it hangs over the edge.
    """
    text = line.text.rstrip(" ")
    over = -line.spare
    marks = [place for place, char in enumerate(text) if char in SQUEEZABLE]
    if marks and marks[-1] == len(text) - 1:
        marks.pop()
        over -= SQUEEZE_AT_END
    return dict.fromkeys(marks, over / len(marks)) if marks and over > EXACT else {}


def tracking(line: Line) -> float:
    """Points of letter spacing that fill a short line; 0 if it needs none or more than looks right."""
    gap = line.spare / max(len(line.text.rstrip(" ")) - 1, 1)
    return PITCH - SIZE + gap * PITCH if not line.is_last and 1e-3 < gap <= STRETCH else 0.0


def paragraph(prose: Prose, setting: Setting) -> str:
    """Prose as HTML lines between ``<br>``; its element must be ``white-space: nowrap``."""
    spans, length = [], 0
    for piece in pieces(prose):
        spans.append(Span(length, BLANKS.sub(" ", plain(piece)), piece))
        length += len(spans[-1].text)
    found, at = [], 0
    for line in lines("".join(span.text for span in spans), setting):
        found.append(line_html(line, at, spans))
        at += len(line.text)
    return "<br>".join(found)


def unbroken(prose: Prose) -> str:
    """Prose as HTML without lines of our own, for languages the renderer breaks by itself."""
    return "".join(dressed(piece, escape(plain(piece))) for piece in pieces(prose))


def cell(prose: Prose) -> str:
    """Prose in a table, which the renderer breaks: a figure keeps its unit, a name its characters."""
    return "".join(
        kept(piece.text) if isinstance(piece, Name) else "".join(map(kept_figure, ATOM.findall(plain(piece))))
        for piece in pieces(prose)
    )


def kept(text: str) -> str:
    """Text that is not broken over lines."""
    return f'<span class="nb">{escape(text)}</span>'


def kept_figure(atom: str) -> str:
    """A figure with its unit in one piece; other text as it is."""
    return kept(atom) if len(atom) > 1 and any(char.isdigit() for char in atom) and len(atom) <= CELLS else escape(atom)


@dataclass(frozen=True)
class Span:
    """A piece of prose and where in the paragraph its text stands."""

    start: int
    text: str
    piece: Piece


def line_html(line: Line, at: int, spans: list[Span]) -> str:
    """One line, ``at`` characters into the paragraph: its pieces dressed, squeezed or spaced out as it needs."""
    narrower = {at + place: cut for place, cut in cuts(line).items()}
    html = ""
    for span in spans:
        places = range(max(at, span.start), min(at + len(line.text), span.start + len(span.text)))
        if places:
            html += dressed(span.piece, "".join(squeezed(span.text[i - span.start], narrower.get(i)) for i in places))
    points = tracking(line)
    return f'<span style="letter-spacing:{points:.3f}pt">{html}</span>' if points else html


def squeezed(char: str, cut: float | None) -> str:
    """One character as HTML, its blank half narrowed by ``cut`` cells."""
    return f'<span style="margin-right:{-cut * PITCH:.2f}pt">{char}</span>' if cut else escape(char)


def dressed(piece: Piece, html: str) -> str:
    """A bound figure links to the rows behind it, where its address is a whole one; anything else stands as it is."""
    if isinstance(piece, Figure) and piece.href.startswith(("https://", "http://")):
        return f'<a href="{escape(piece.href)}">{html}</a>'
    return html

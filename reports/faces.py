"""The faces Chinese prose is set in, and how wide their characters are: figures are not whole cells.

In FandolFang a comma takes .278 of a cell and a per cent sign .833; in the office's own 仿宋 they take other widths.
So the widths are read from the font that will print.
"""

import shutil
import subprocess
import unicodedata
from functools import cache, cached_property
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "static" / "fonts" / "FandolFang-Regular.otf"
# Licensed faces that come before the shipped one, in the order of the body's font stack in pdf.css.
OFFICE = ("仿宋_GB2312", "FangSong_GB2312")


class Face:
    """The widths of one font's characters, in cells."""

    def __init__(self, path: Path):
        self.path = path

    @cached_property
    def widths(self) -> dict[str, float]:
        """Every character of the font with its advance."""
        from fontTools.ttLib import TTFont

        with TTFont(self.path, fontNumber=0, lazy=True) as font:
            advances, em = font["hmtx"].metrics, font["head"].unitsPerEm
            return {chr(code): advances[glyph][0] / em for code, glyph in font.getBestCmap().items()}

    def advance(self, char: str) -> float:
        """The cells a character takes; one the font lacks falls to a face where Chinese is a cell and the rest half."""
        if char in self.widths:
            return self.widths[char]
        if is_attached(char):
            return 0.0
        return 0.5 if unicodedata.east_asian_width(char) in ("N", "Na", "H") else 1.0

    def width(self, text: str) -> float:
        """The cells a text takes; a blank at its end hangs over the edge."""
        return sum(map(self.advance, text.rstrip(" ")))


def is_attached(char: str) -> bool:
    """Whether a character only modifies the one before it, as a variation selector does."""
    return unicodedata.combining(char) > 0 or unicodedata.category(char) in ("Mn", "Me", "Cf")


@cache
def shipped() -> Face:
    """The face that comes with the project."""
    return Face(SHIPPED)


def width(text: str) -> float:
    """The cells a text takes in the shipped face: near enough to lay out tables and charts."""
    return shipped().width(text)


@cache
def office() -> Face:
    """The office's licensed face if one is installed, else the shipped one: what the body is printed in."""
    return next((Face(path) for family in OFFICE if (path := installed(family))), shipped())


def installed(family: str) -> Path | None:
    """The file of an installed family, found as the renderer finds it: by fontconfig."""
    if not shutil.which("fc-list"):
        return None
    command = ["fc-list", "--format", "%{file}\n", f":family={family}"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout.splitlines()
    return Path(found[0]) if found else None

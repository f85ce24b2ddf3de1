"""A sheet of A4 in the clinic's name: title, facts, tables, amounts in the clinic's currency.

The fonts cover Latin, Greek and Cyrillic, and fall back on Chinese characters; a character that neither
knows is printed as a question mark in a black diamond. Each document holds only the letters it uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, TextEmphasis, VAlign, XPos, YPos
from fpdf.fonts import TTFFont

FONTS = settings.BASE_DIR / "static" / "vendor"
MAIN, CHINESE = "noto", "noto-sc"
INK, QUIET, HAIRLINE = 23, 110, 200
SMALL, NORMAL, LARGE = 8, 10, 16
UNKNOWN = "\ufffd"
MARGIN = 18
LABEL = 38
NAMELESS = FontFace(emphasis=TextEmphasis.NONE, color=QUIET, size_pt=SMALL)


class Paper(FPDF):
    """One document; written from top to bottom, then given to the browser by `answer`."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.as_of = timezone.localtime()
        self.add_font(MAIN, "", FONTS / "noto-sans-400.ttf")
        self.add_font(MAIN, "B", FONTS / "noto-sans-700.ttf")
        self.add_font(CHINESE, "", FONTS / "noto-sans-sc-400.woff")
        self.known = {ord("\n")}.union(*(font.cmap for font in self.fonts.values() if isinstance(font, TTFFont)))
        self.set_fallback_fonts([CHINESE], exact_match=False)
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN + 6)
        self.set_title(title)
        self.set_lang(settings.LANGUAGE_CODE)
        self.alias_nb_pages()
        self.set_draw_color(HAIRLINE)
        self.set_line_width(0.2)
        self.add_page()
        self._line(title, LARGE, bold=True)
        self.ln(4)

    def header(self) -> None:
        """Begin each page with the clinic's name."""
        self._line(settings.CLINIC_NAME, SMALL, color=QUIET)
        self.ln(4)

    def footer(self) -> None:
        """End each page with the moment it was read, and its number."""
        self.set_y(-MARGIN)
        self._font(SMALL, color=QUIET)
        said = {"when": when(self.as_of), "page": self.page_no(), "pages": "{nb}"}
        self.cell(text=_("As of %(when)s · page %(page)s of %(pages)s") % said)

    def normalize_text(self, text: str) -> str:
        """Put a visible sign where no font has the letter, which would else be left out without a trace."""
        return super().normalize_text("".join(c if ord(c) in self.known else UNKNOWN for c in text))

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Write labels and what they say; those with nothing to say are left out."""
        for label, said in facts:
            if said:
                self._font(SMALL, color=QUIET)
                self.cell(LABEL, 6, label)
                self._font(NORMAL)
                self.multi_cell(0, 6, said, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(5)

    def rows(
        self, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int], amounts: int, bold: int = 0
    ) -> None:
        """Write a table whose last `amounts` columns stand to the right and whose last `bold` rows are sums."""
        body = list(rows)
        aligned = ["LEFT"] * (len(widths) - amounts) + ["RIGHT"] * amounts
        self._font(NORMAL)
        with self.table(
            col_widths=tuple(widths),
            text_align=tuple(aligned),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=NAMELESS,
            line_height=6,
            padding=(0.6, 1),
            v_align=VAlign.T,
        ) as table:
            table.row(list(head))
            for number, row in enumerate(body):
                is_sum = number >= len(body) - bold
                table.row(list(row), style=FontFace(emphasis="BOLD") if is_sum else None)
        self.ln(5)

    def section(self, words: str) -> None:
        """Write the heading of a part."""
        self._line(words, NORMAL, bold=True)
        self.ln(1)

    def answer(self, name: str) -> HttpResponse:
        """Return the document to the browser, to be looked at or kept under that name."""
        disposition = f'inline; filename="{name}.pdf"'
        return HttpResponse(
            bytes(self.output()), content_type="application/pdf", headers={"Content-Disposition": disposition}
        )

    def _line(self, words: str, size: int, *, bold: bool = False, color: int = INK) -> None:
        self._font(size, bold=bold, color=color)
        self.multi_cell(0, size * 0.55, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _font(self, size: int, *, bold: bool = False, color: int = INK) -> None:
        self.set_font(MAIN, "B" if bold else "", size)
        self.set_text_color(color)


def day(of: date | None) -> str:
    """Write a day as the screens do."""
    return formats.date_format(of, "j M Y") if of else ""


def when(at: datetime) -> str:
    """Write a moment with its day, as paper outlives the day."""
    return formats.date_format(timezone.localtime(at), "j M Y, H:i")

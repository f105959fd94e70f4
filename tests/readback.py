"""Reading forms back: the text of each sheet, its size, its tags, its colours."""

from __future__ import annotations

import io
import re

import pypdf

POINT_MM = 72 / 25.4


def sheets(pdf: bytes) -> list[str]:
    """The text of each sheet, with every run of white space as one space."""
    return [" ".join(page.extract_text().split()) for page in reader(pdf).pages]


def whole(pdf: bytes) -> str:
    """The text of all sheets."""
    return " ".join(sheets(pdf))


def reader(pdf: bytes) -> pypdf.PdfReader:
    """The file, open."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def off_sheet(pdf: bytes) -> list[str]:
    """Texts that begin outside the sheet, or within 5 mm of its edge: no printer prints them."""
    found = []
    for page in reader(pdf).pages:
        width, height = (float(n) for n in page.mediabox[2:])
        edge = 5 * POINT_MM

        def look(text, cm, tm, _font, _size, width=width, height=height, edge=edge):
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            inside = edge <= x <= width - edge and edge <= y <= height - edge
            if text.strip() and not inside:
                found.append(text)

        page.extract_text(visitor_text=look)
    return found


def colours(pdf: bytes) -> set[str]:
    """Every colour that is set on a sheet, as its numbers; black is 0."""
    streams = [page.get_contents().get_data().decode("latin-1") for page in reader(pdf).pages]
    setting = re.compile(r"((?:[\d.]+ )+)(?:scn|SCN|sc|SC|g|G|rg|RG|k|K)\b")
    return {found.strip() for stream in streams for found in setting.findall(stream)}


def tags(pdf: bytes) -> set[str]:
    """The structure elements of the file."""
    found: set[str] = set()

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            if "/S" in node:
                found.add(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(reader(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found

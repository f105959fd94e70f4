"""The registry's own papers, to be printed: which there are, what each is about, and its PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cablegram.sentences import Sentence, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Paper:
    """A form as the desk offers it: its title, what it is about, and an example of that."""

    name: str
    title: Sentence
    about: Sentence
    example: str
    needs: bool = True


PAPERS: tuple[Paper, ...] = tuple(
    Paper(*row)
    for row in (
        ("register", sentence("Register of telegrams received"),
         sentence("a number, or a day; two of them for a span"), "1951-07-05 1951-07-06"),
        ("register-sent", sentence("Register of telegrams sent"),
         sentence("a number, or a day; two of them for a span"), "614"),
        ("register-accepted", sentence("Register of copies taken on charge"),
         sentence("a number, or a day; two of them for a span"), "1951-07-04"),
        ("distribution", sentence("Distribution list of a telegram"),
         sentence("a cable number"), "21476"),
        ("hand-receipt", sentence("Hand receipt for a copy"), sentence("a copy"), "21476/1"),
        ("charge-out", sentence("Charge-out card"), sentence("a copy"), "21476/3"),
        ("tracer", sentence("Tracer: a copy is overdue"), sentence("a copy"), "21470/1"),
        ("disclosure", sentence("Disclosure sheet"), sentence("a copy"), "21476/1"),
        ("transmittal", sentence("Transmittal slip"), sentence("a copy"), "21463/2"),
        ("receipt", sentence("Receipt of an office"), sentence("a copy"), "21463/2"),
        ("paper-receipt", sentence("Receipt for papers"), sentence("copies"), "575/2280"),
        ("certificate", sentence("Destruction certificate"),
         sentence("its number, or copies"), "21461/2"),
        ("missing", sentence("Missing-copy report"), sentence("a copy"), "21470/3"),
        ("regrade", sentence("Regrade notice"), sentence("a cable number"), "21476"),
        ("muster", sentence("Muster list"),
         sentence("its number; nothing for a list to count with"), "1", False),
        ("watch", sentence("Watch handover"),
         sentence("its number; nothing for one that ends now"), "1", False),
    )
)  # fmt: skip
"""Every form, in the order of a registry's day."""

BY_NAME: Mapping[str, Paper] = {paper.name: paper for paper in PAPERS}
ABOUT_MAX = 400


def forms(query: Mapping[str, str]) -> dict[str, Any]:
    """The page that offers the forms; one is chosen where a link names it."""
    return {
        "papers": PAPERS,
        "chosen": query.get("form", ""),
        "about": query.get("about", "")[:ABOUT_MAX],
    }


def subjects(name: str, about: str) -> list[str]:
    """What a form is about, word by word, spans doubled where one end was given."""
    words = about[:ABOUT_MAX].split()
    if name.startswith("register") and len(words) == 1:
        return [words[0], words[0]]
    return words

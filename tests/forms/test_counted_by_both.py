"""The muster list of a count that two offices made: both print the same lines of it."""

from __future__ import annotations

import pytest

from cablegram import forms
from offices import found
from passed import acquainted
from readback import off_sheet, whole
from registry.test_tallies import counted, lent


@pytest.mark.parametrize(
    ("languages", "words"),
    [
        (("en",), ("Counted by both", "moscow: the other has it", "special: has it", "agreed")),
        (("ru",), ("Сверено обоими", "moscow: у другого", "special: налицо", "совпадает")),
    ],
)
def test_a_muster_list_has_what_both_counts_come_to(languages, words):
    """Each copy once, with what either office says of it, under the other office's name."""
    moscow = found()
    special = acquainted(moscow, found("special", others=("poskrebyshev", "loginov")))
    lent(moscow, special)
    for office, number in zip((moscow, special), counted(moscow, special), strict=True):
        pdf = forms.make(office.bureau, "muster", (str(number),), languages=languages).pdf
        assert [] == off_sheet(pdf)
        text = whole(pdf)
        for word in words:
            assert word.casefold() in text.casefold(), (word, text)

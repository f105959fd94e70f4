"""What is next for something late: the table of docs/spec/tracing.md, at every boundary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cablegram.model.chase import Next, after
from offices import START, later


def test_the_first_is_sent_at_once():
    """Whatever the series says of how many days apart."""
    assert Next.TRACE is after([], START, days=366, most=1)


def test_after_each_its_days_are_waited():
    """To the second."""
    sent = [START]
    assert Next.WAIT is after(sent, later(START, days=3, seconds=-1), days=3, most=2)
    assert Next.TRACE is after(sent, later(START, days=3), days=3, most=2)


def test_after_the_last_comes_an_inquiry():
    """And its days are waited too."""
    sent = [START, later(START, days=3)]
    assert Next.WAIT is after(sent, later(START, days=5), days=3, most=2)
    assert Next.INQUIRE is after(sent, later(START, days=6), days=3, most=2)


@given(st.integers(1, 30), st.integers(1, 9))
def test_a_registrar_who_does_each_day_what_is_next(days, most):
    """Sends as many as there are, exactly so many days apart, and then inquires."""
    sent, day = [], 0
    while (step := after(sent, later(START, days=day), days=days, most=most)) != Next.INQUIRE:
        if step is Next.TRACE:
            sent.append(later(START, days=day))
        day += 1
    assert [later(START, days=n * days) for n in range(most)] == sent
    assert days * most == day

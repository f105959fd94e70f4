"""Reports of fulfilment: what a receiver carried out comes back to the originator, signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.model.records import CircuitItem
from cablegram.registry import lines, papers, serving
from cablegram.registry.reading import every
from cablegram.wire import canonical, paper
from cablegram.wire import receipt as receipt_format
from offices import digest
from rooms import line_of, signed_paper

SAID = {"evidence": digest("the minister's note"), "note": "done"}


@pytest.fixture
def line():
    """Beijing has sent one telegram, not carried yet."""
    (beijing, moscow), carrier = line_of("beijing", "moscow")
    sent = beijing.send(beijing.draft(("moscow",)))
    return beijing, moscow, carrier, str(sent["telegram"])


def stand(desk, telegram):
    with desk.office.view() as view:
        (one,) = serving.sent(view, view.telegrams.get(telegram))
    said = (one.carried, one.receipted, one.opened, one.fulfilled, one.disputed)
    return (one.office, one.number), tuple(map(bool, said))


def opened(desk):
    """Take in and open what lies there; print and verify its copies."""
    (taken,) = [one for one in desk.take_in() if one.kind == "telegram"]
    telegram = str(desk.open(taken.digest)["telegram"])
    desk.print(telegram, by="makarov")
    desk.office.give("verify", {}, by="vaganov", subjects=desk.copies(telegram))
    return telegram


def there_and_told(line):
    """The telegram is open at Moscow, and Beijing has its receipts."""
    beijing, moscow, _, telegram = line
    beijing.carry()
    here = opened(moscow)
    moscow.carry()
    beijing.take_in()
    return telegram, here


def owed(desk):
    with desk.office.view() as view:
        rows = [row for row in every(view.papers) if row.state == papers.OWED]
        return [papers.debt_of(row) for row in rows]


def test_four_acts_are_four_facts(line):
    """Carried, receipted, opened and fulfilled come one after another, each on its own word."""
    beijing, moscow, _, telegram = line
    assert (("moscow", 1), (False,) * 5) == stand(beijing, telegram)
    beijing.carry()
    assert (True, False, False, False, False) == stand(beijing, telegram)[1]
    moscow.take_in()
    moscow.carry()
    beijing.take_in()
    assert (True, True, False, False, False) == stand(beijing, telegram)[1]
    with moscow.office.view() as view:
        (row,) = view.incoming.find("state", "waiting")
    here = str(moscow.open(row.digest)["telegram"])
    moscow.print(here, by="makarov")
    moscow.office.give("verify", {}, by="vaganov", subjects=moscow.copies(here))
    moscow.carry()
    beijing.take_in()
    assert (True, True, True, False, False) == stand(beijing, telegram)[1]
    moscow.office.give("fulfil", SAID, subjects=moscow.copies(here)[:1])
    moscow.carry()
    beijing.take_in()
    assert (True, True, True, True, False) == stand(beijing, telegram)[1]
    assert [] == beijing.office.dump()["alarms"]


def test_several_copies_are_one_report(line):
    """The report is on the telegram: again, by another copy, before or after it was signed."""
    _, moscow, _, _ = line
    _, here = there_and_told(line)
    moscow.office.give("fulfil", SAID, subjects=moscow.copies(here)[:2])
    (debt,) = owed(moscow)
    with moscow.office.view() as view:
        row = view.telegrams.get(here)
    assert ("fulfilled", row.letter, 1, "1") == (
        debt["kind"],
        debt["subject"],
        debt["circuit_number"],
        debt["incoming"],
    )
    moscow.office.give("fulfil", SAID, subjects=moscow.copies(here)[2:3])
    assert [debt] == owed(moscow)
    moscow.carry()
    moscow.office.give("fulfil", SAID, subjects=moscow.copies(here)[3:4])
    assert [] == owed(moscow)


def test_a_task_done_within_the_house_is_no_report_to_the_originator(line):
    """One person has done their part; whether the telegram is carried out is said apart from it."""
    _, moscow, _, _ = line
    _, here = there_and_told(line)
    order = {"written_by": "stalin", "evidence": SAID["evidence"], "to": "molotov"}
    moscow.office.give("annotate", order, subjects=moscow.copies(here)[:1])
    moscow.office.give("fulfil", {**SAID, "task": 1}, subjects=moscow.copies(here)[:1])
    assert [] == owed(moscow)
    moscow.office.give("fulfil", SAID, subjects=moscow.copies(here)[:1])
    assert 1 == len(owed(moscow))


def test_what_came_by_no_circuit_is_reported_to_nobody(line):
    """A copy of another office's, and a telegram that is on no line of ours."""
    _, moscow, _, _ = line
    accepted = {"owner": "provost", "incoming": "12", "sheets": 1}
    paper_copy = moscow.office.give("accept", accepted, by="makarov").copies
    moscow.office.give("fulfil", SAID, subjects=moscow.office.copies(paper_copy))
    moscow.office.give("fulfil", SAID, subjects=moscow.office.in_registry(1, sender="stranger"))
    assert [] == owed(moscow)


def test_a_report_that_proves_another_act_is_refused(line):
    """That it was opened is no proof that it was carried out."""
    beijing, moscow, carrier, telegram = line
    _, here = there_and_told(line)
    moscow.office.give("fulfil", SAID, subjects=moscow.copies(here)[:1])
    moscow.carry()
    (item,) = carrier.waiting("beijing")
    real = receipt_format.decode(paper.split(carrier.fetch("beijing", item, 1 << 20))[0])
    with moscow.office.view() as view:
        rows = [row for row in every(view.papers) if row.kind == "receipt"]
        receipts = [receipt_format.decode(row.body) for row in rows if row.direction == "out"]
    (other,) = [one for one in receipts if one.kind == "opened"]
    forged = signed_paper(moscow, replace(real, proof=other.proof))
    carrier.clear("beijing", item)
    carrier.send("beijing", "moscow", forged)
    (taken,) = beijing.take_in()
    assert ("refused", "a receipt of moscow proves another act than it says") == (
        taken.state,
        taken.why,
    )
    assert not stand(beijing, telegram)[1][3]


def test_what_was_found_wrong_stands_beside_it(line):
    """An office that disputes a telegram is shown with its own words."""
    beijing, moscow, _, telegram = line
    there_and_told(line)
    with moscow.office.view() as view:
        rows = [row for row in every(view.papers) if row.kind == "receipt"]
        last = max((receipt_format.decode(row.body) for row in rows), key=lambda r: r.number)
    said = replace(
        last,
        kind="disputed",
        note="its second part is garbled",
        number=last.number + 1,
        previous=receipt_format.digest(receipt_format.encode(last)),
    )
    beijing.bureau.carriers["folder"].send("beijing", "moscow", signed_paper(moscow, said))
    (taken,) = beijing.take_in()
    assert "entered" == taken.state
    assert (True, True, True, False, True) == stand(beijing, telegram)[1]


def test_each_office_speaks_for_itself():
    """One letter to two offices: what one of them signed is not told of the other."""
    (beijing, moscow, eighth), _ = line_of("beijing", "moscow", "eighth")
    telegram = str(beijing.send(beijing.draft(("moscow", "eighth")))["telegram"])
    beijing.carry()
    opened(moscow)
    moscow.carry()
    beijing.take_in()
    with beijing.office.view() as view:
        told = {one.office: one for one in serving.sent(view, view.telegrams.get(telegram))}
    assert {"moscow", "eighth"} == set(told)
    assert (True, True) == (bool(told["moscow"].receipted), bool(told["moscow"].opened))
    assert ("", "") == (told["eighth"].receipted, told["eighth"].opened)
    opened(eighth)
    eighth.carry()
    beijing.take_in()
    with beijing.office.view() as view:
        assert all(one.opened for one in serving.sent(view, view.telegrams.get(telegram)))


def test_what_another_office_says_of_a_letter_is_no_word_of_ours(line):
    """Their report on the same letter neither stands for our own nor is laid out by us."""
    _, moscow, _, _ = line
    _, here = there_and_told(line)
    with moscow.office.page() as page:
        letter = page.telegrams.get(here).letter
        mine = page.papers.find("subject", letter, papers.RECEIPT)[0]
        body = canonical.decode(mine.body)
        theirs = canonical.encode({**body, "kind": "fulfilled"})
        page.papers.put(
            replace(
                mine,
                digest=canonical.digest(theirs),
                direction="in",
                body=theirs,
                state=papers.ENTERED,
            )
        )
        for row in page.outgoing.find():
            page.outgoing.remove(row.digest, row.office)
        papers.lay_again(page, letter, moscow.bureau)
        assert {canonical.digest(mine.body + b"\n" + mine.signatures.encode())} == {
            row.digest for row in page.outgoing.find()
        }
        assert not papers.said(page, letter, "fulfilled")
    moscow.office.give("fulfil", SAID, subjects=moscow.copies(here)[:1])
    assert ["fulfilled"] == [debt["kind"] for debt in owed(moscow)]


def test_a_letter_that_two_offices_claim_came_under_the_number_of_each(line):
    """The report names the circuit number that the letter has with its originator, no other's."""
    _, moscow, _, _ = line
    _, here = there_and_told(line)
    with moscow.office.page() as page:
        letter = page.telegrams.get(here).letter
        claimed = CircuitItem("archive", "in", 7, letter, "", digest("x"), "", 1, "seen")
        page.circuit_items.add(claimed)
        assert claimed == lines.came_as(page, "archive", letter)
        assert lines.came_as(page, "harbin", letter) is None
    moscow.office.give("fulfil", SAID, subjects=moscow.copies(here)[:1])
    assert [1] == [debt["circuit_number"] for debt in owed(moscow)]

"""What stands on each form is what the books say: orders are given, forms are read back."""

from __future__ import annotations

import pytest

from cablegram import forms
from cablegram.errors import CablegramError, CustodyError, UnknownError
from cablegram.forms.making import CODE
from cablegram.model import check
from cablegram.model.records import Paper
from cablegram.registry import serving, watches
from cablegram.wire import canonical
from offices import found, refuses
from readback import colours, off_sheet, reader, sheets, tags, whole

NAMES = {"stalin": "Comrade Stalin", "molotov": "В. М. Молотов", "makarov": "Полковник Макаров"}


@pytest.fixture
def office():
    """Four copies of telegram 1 in the registry, on 5 July 1951 at 17.00 UTC."""
    made = found("moscow", others=("makarov", "vaganov"))
    made.cover("Filippov", "stalin")
    made.cover("Molotov", "molotov")
    for person, name in NAMES.items():
        made.bureau.vault.put("name", person, name.encode())
    made.in_registry(4, addressees=("Filippov",))
    return made


def copy(office, number):
    with office.view() as view:
        (telegram,) = view.telegrams.find("cable", 1)
        (row,) = view.copies.find("telegram", telegram.handle, number)
    return row


def act(office, act, number, facts, *, two=""):
    return office.give(act, facts, by="makarov", two=two, subjects=[copy(office, number)])


def issue(office, number, holder="stalin", **facts):
    due = {"due_at": "1951-07-11T17:00:00Z", "return_to": "Eighth Department"}
    return act(office, "issue", number, {"holder": holder, **due, **facts})


def made(office, name, *about, **rest):
    """The form, held to what every form must be."""
    form = forms.make(office.bureau, name, about, **rest)
    assert form.sheets == len(reader(form.pdf).pages)
    assert [] == off_sheet(form.pdf)
    assert {"0"} == colours(form.pdf)
    assert form.pdf == forms.make(office.bureau, name, about, **rest).pdf
    return form


def says(office, name, *about, words, **rest):
    text = whole(made(office, name, *about, **rest).pdf)
    for word in words:
        assert word in text, f"{word!r} is not on: {text}"
    return text


# --- lists ------------------------------------------------------------------------------------


def test_register_page_shows_each_telegram_with_its_copies(office):
    """Number, moment, office, their number, and each copy: for whom, where, since, due."""
    issue(office, 1)
    text = says(
        office,
        "register",
        "1",
        "1",
        words=(
            "Register of telegrams received",
            "Журнал входящих шифртелеграмм",
            "5.7.1951 17.00",
            "beijing",
            "3349",
            "top secret",
            "issued to Comrade Stalin",
            "in the registry",
            "11.7.1951 17.00",
        ),
    )
    assert 2 == text.count("Comrade Stalin") - text.count("issued to Comrade Stalin")


def test_register_goes_by_days_as_well(office):
    """A span of days finds what was received on them, by the office's own midnight."""
    office.clock.pass_(days=1)
    office.in_registry(1, addressees=("Filippov",), outgoing=3350)
    both = whole(made(office, "register", "1951-07-05", "1951-07-06").pdf)
    second = whole(made(office, "register", "1951-07-06", "1951-07-06").pdf)
    assert "3349" in both
    assert "3350" in both
    assert "3349" not in second
    assert "3350" in second


def test_register_refuses_a_span_with_nothing_in_it(office):
    """An empty page would look like a register with nothing in it."""
    with refuses(office, "nothing is entered from 7 to 9", UnknownError):
        forms.make(office.bureau, "register", ("7", "9"))


def test_register_of_sixty_copies_goes_on_with_its_heads(office):
    """A long page goes over several sheets; each has the heads of the table and says so."""
    for n in range(14):
        office.in_registry(4, addressees=("Filippov",), outgoing=4000 + n)
    found = sheets(made(office, "register", "1", "15").pdf)
    assert len(found) > 1
    for number, sheet in enumerate(found, 1):
        assert "Where it is" in sheet
        assert f"sheet {number} of {len(found)}" in sheet
    assert all("continued" in sheet for sheet in found[1:])


def test_distribution_list_names_each_copy_and_keeps_eighteen_places(office):
    """Which copy is for whom; the form has the 18 places of the sheet of 1951."""
    says(
        office,
        "distribution",
        "1",
        words=(
            "Distribution list of a telegram",
            "Mao Zedong",
            "Comrade Stalin",
            "file",
            "6 days of 24 hours",
        ),
    )
    assert 1 == made(office, "distribution", "1").sheets


# --- slips ------------------------------------------------------------------------------------


def test_hand_receipt_is_for_the_last_holder_and_takes_the_return(office):
    """Holder, proxy, number and term; once it is back, when and with how many sheets."""
    office.give("proxy", {"holder": "stalin", "person": "molotov", "may": "receive"})
    issue(office, 1, proxy="molotov", hand_receipt="HR 17")
    open_ = says(
        office,
        "hand-receipt",
        "1/1",
        words=("Hand receipt for a copy", "Comrade Stalin", "В. М. Молотов", "HR 17", "1/1"),
    )
    assert "11.7.1951 17.00" in open_
    office.clock.pass_(days=2)
    act(office, "return", 1, {"sheets": 2})
    says(office, "hand-receipt", "1/1", words=("7.7.1951 17.00", "Полковник Макаров"))
    assert 1 == made(office, "hand-receipt", "1/1").sheets


def test_hand_receipt_of_a_copy_handed_over_names_who_has_it_now(office):
    """A second holder signs anew, for the same term."""
    issue(office, 1)
    act(office, "hand_over", 1, {"holder": "molotov", "sheets": 2, "hand_receipt": "HR 18"})
    words = ("В. М. Молотов", "HR 18", "11.7.1951 17.00")
    text = says(office, "hand-receipt", "1/1", words=words)
    assert "Comrade Stalin" not in text


def test_hand_receipt_refuses_a_copy_that_nobody_had(office):
    """There is nothing to sign for."""
    with refuses(office, "has not been issued", CustodyError):
        forms.make(office.bureau, "hand-receipt", ("1/2",))


def test_hand_receipt_of_a_showing_is_open_and_closed_in_one_sitting(office):
    """Read while the messenger waits: who read, who waited, and that it is back."""
    act(office, "show", 1, {"reader": "molotov", "messenger": "stalin", "sheets": 2})
    words = ("В. М. Молотов", "Comrade Stalin", "Sheets counted · Листов налицо 2")
    says(office, "hand-receipt", "1/1", words=words)


def test_charge_out_card_has_the_place_and_every_leaving(office):
    """The card outlives its copy's journeys: each is a line, with the day it came back."""
    act(office, "file", 3, {"place": "case 141, leaf 226"})
    issue(office, 3, holder="molotov")
    office.clock.pass_(days=1)
    act(office, "return", 3, {"sheets": 2})
    act(office, "file", 3, {"place": "case 142, leaf 7"})
    act(office, "charge_out", 3, {"reason": "asked for by the minister"})
    says(
        office,
        "charge-out",
        "1/3",
        words=(
            "Charge-out card",
            "case 142, leaf 7",
            "В. М. Молотов",
            "5.7.1951 17.00",
            "6.7.1951 17.00",
            "asked for by the minister",
        ),
    )
    page = reader(made(office, "charge-out", "1/3").pdf).pages[0]
    assert (595, 420) == tuple(round(float(n)) for n in page.mediabox[2:])


def test_charge_out_card_refuses_a_copy_without_a_place(office):
    """It would stand nowhere."""
    with refuses(office, "has no place in the file", CustodyError):
        forms.make(office.bureau, "charge-out", ("1/1",))


def test_tracer_counts_the_days_and_leaves_room_for_an_answer(office):
    """Whom, since when, how late; the answer is on the same sheet."""
    issue(office, 1)
    office.clock.set("1951-07-14T18:00:00Z")
    says(
        office,
        "tracer",
        "1/1",
        words=(
            "Tracer",
            "Comrade Stalin",
            "Days overdue · Просрочено суток 3",
            "11.7.1951 17.00",
            "not found",
        ),
    )


def test_tracer_bears_the_number_that_it_was_sent_under(office):
    """And which one of its run it is."""
    issue(office, 1)
    office.clock.set("1951-07-14T18:00:00Z")
    with office.view() as books:
        copy = serving.one(books, "1/1")
    office.give("trace", {"copy": copy.handle, "nth": "1"})
    office.clock.pass_(days=3)
    office.give("trace", {"copy": copy.handle, "nth": "2"})
    says(office, "tracer", "1/1", words=("Tracer", "2 (2)"))


def test_tracer_refuses_a_copy_that_is_here(office):
    """Nobody could answer it."""
    with refuses(office, "could be asked for it", CustodyError):
        forms.make(office.bureau, "tracer", ("1/2",))


# --- lives ------------------------------------------------------------------------------------


def test_disclosure_sheet_names_everyone_once(office):
    """Who opened, printed, verified, took, had and read it; each once, at the first time."""
    issue(office, 1)
    act(office, "read", 1, {"reader": "molotov"})
    act(office, "read", 1, {"reader": "molotov"})
    text = says(
        office,
        "disclosure",
        "1/1",
        words=("deciphered it", "verified it", "Полковник Макаров", "issued to them", "read it"),
    )
    assert 1 == text.count("В. М. Молотов")
    assert 1 == text.count("Comrade Stalin")


@pytest.mark.parametrize(("may", "seen"), [("receive", 0), ("open", 1)])
def test_disclosure_sheet_lists_a_proxy_only_who_may_open(office, may, seen):
    """Whoever took it sealed has not seen it."""
    office.give("proxy", {"holder": "stalin", "person": "molotov", "may": may})
    issue(office, 1, proxy="molotov")
    assert seen == whole(made(office, "disclosure", "1/1").pdf).count("В. М. Молотов")


def test_a_person_whose_name_was_erased_stands_under_the_id(office):
    """The form is made from what is left; it brings no name back."""
    issue(office, 1)
    office.bureau.vault.destroy("name", "stalin")
    text = whole(made(office, "disclosure", "1/1").pdf)
    assert "stalin" in text
    assert "Comrade Stalin" not in text


def test_certificate_lists_all_that_one_order_destroyed(office):
    """Two copies burnt by one order stand on one certificate, with both persons and orders."""
    burnt = {"method": "burnt", "sheets": 2, "certificate": "12"}
    gone = [copy(office, 2), copy(office, 4)]
    office.give("destroy", burnt, by="makarov", two="vaganov", subjects=gone)
    text = says(
        office,
        "certificate",
        "1/4",
        words=(
            "Destruction certificate",
            "1/2",
            "1/4",
            "burnt",
            "Полковник Макаров",
            "vaganov",
            "Copies in all · Всего экз. 2",
            "Sheets in all · Всего листов 4",
        ),
    )
    assert "1/3" not in text
    assert text.count("Полковник Макаров") == 1


def test_certificate_of_spoiled_sheets_is_found_by_its_number(office):
    """Sheets that were replaced and burnt have a certificate; the copy remains."""
    spoiled = {"sheets": 2, "spoiled": 1, "method": "shredded", "reason": "torn"}
    act(office, "replace_sheet", 2, spoiled, two="vaganov")
    words = ("shredded", "1/2", "Sheets in all · Всего листов 1")
    says(office, "certificate", "1", words=words)
    with refuses(office, "there is no certificate 7", UnknownError):
        forms.make(office.bureau, "certificate", ("7",))


def test_certificate_before_the_end_is_a_sheet_to_fill_in(office):
    """Nothing on it says that anything was destroyed by anybody at any time."""
    text = says(
        office, "certificate", "1/2", "1/3", words=("1/2", "1/3", "Copies in all · Всего экз. 2")
    )
    assert "Макаров" not in text


def test_certificate_refuses_what_two_orders_destroyed_or_only_one_did(office):
    """A certificate is one order's."""
    act(office, "destroy", 2, {"method": "burnt", "sheets": 2}, two="vaganov")
    with refuses(office, "not destroyed by one order", CustodyError):
        forms.make(office.bureau, "certificate", ("1/2", "1/3"))
    issue(office, 1)
    with refuses(office, "1/1 is not here to be destroyed", CustodyError):
        forms.make(office.bureau, "certificate", ("1/1",))


def test_missing_report_tells_the_whole_life_and_the_ruling(office):
    """Last holder and state, each entry, and what was decided later."""
    issue(office, 1)
    act(office, "miss", 1, {"reason": "not in the safe", "muster": "4"})
    says(
        office,
        "missing",
        "1/1",
        words=("not in the safe", "issued to Comrade Stalin", "allotted", "missed"),
    )
    ruled = {"inquiry": 1, "ruling": "lost", "reason": "burnt with the safe"}
    office.give("rule", ruled, by="makarov", two="vaganov")
    lost = {"inquiry": 1, "reason": "burnt with the safe"}
    act(office, "declare_lost", 1, lost, two="vaganov")
    words = ("Inquiry No. · Дознание № 1", "declared lost", "Полковник Макаров + vaganov")
    says(office, "missing", "1/1", words=words)


def test_missing_report_of_a_filed_copy_says_where_it_should_lie(office):
    """The place of the file, which a copy that was out has none of."""
    act(office, "file", 1, {"place": "case 141"})
    act(office, "miss", 1, {"reason": "not seen"})
    says(office, "missing", "1/1", words=("case 141", "not seen"))


def test_watch_handover_names_every_kind_of_paper_that_is_owed(office):
    """A tally and a notice too: the form had no word for them."""
    with office.page() as page:
        for n, kind in enumerate(("receipt", "transmittal", "notice", "tally")):
            page.papers.add(Paper(f"p{n}", "out", "beijing", kind, 0, "", b"{}", "", "owed", 0))
    says(office, "watch", words=("Notice to an office", "Word of a count between offices"))


def test_missing_report_refuses_a_copy_that_was_never_missed(office):
    """A report without a loss frightens for nothing."""
    with refuses(office, "was never missed", CustodyError):
        forms.make(office.bureau, "missing", ("1/2",))


def test_regrade_notice_gives_old_and_new_and_all_holders(office):
    """Every copy's line is there, also of those that were not regraded one by one."""
    act(office, "regrade", 2, {"classification": "secret", "reason": "beijing 3360"})
    issue(office, 1)
    act(office, "regrade", 1, {"classification": "secret", "reason": "beijing 3360"})
    office.clock.pass_(hours=3)
    office.give("notice", {"number": "1"}, by="makarov")
    text = says(
        office,
        "regrade",
        "1",
        words=("top secret", "beijing 3360", "strike out the old marking", 'write "secret" beside'),
    )

    assert 1 == text.count("5.7.1951 20.00") - text.count("Made 5.7.1951 20.00")


def test_regrade_notice_refuses_a_telegram_that_keeps_its_level(office):
    """Nothing to tell."""
    with refuses(office, "was never regraded", CustodyError):
        forms.make(office.bureau, "regrade", ("1",))


# --- counts -----------------------------------------------------------------------------------


def test_muster_list_shows_the_outcome_heading_by_heading(office):
    """Sums, and every number with where the books have it."""
    from cablegram.registry import musters

    seen = ["1/1", "1/2", "1/3", "9/9"]
    facts = {"cut_off": office.bureau.now(), "sighted": musters.digest_of(seen)}
    office.give("muster", facts, by="makarov", two="vaganov", matter="\n".join(seen).encode())
    says(
        office,
        "muster",
        "1",
        words=(
            "Muster list",
            "Should be here, not seen",
            "1/4",
            "9/9",
            "Полковник Макаров",
            "5.7.1951 17.00",
        ),
    )


def test_muster_list_without_a_number_is_to_count_with(office):
    """Everything that must be here, in the order of numbers, with a box each."""
    text = says(office, "muster", words=("To be sighted", "1/1", "1/2", "1/3", "1/4"))
    assert text.index("1/1") < text.index("1/4")


def test_muster_list_refuses_a_muster_that_was_not_held(office):
    """Musters are numbered without gaps."""
    with refuses(office, "no muster 3 was held here", UnknownError):
        forms.make(office.bureau, "muster", ("3",))


def test_watch_handover_lists_numbers_copies_and_what_waits(office):
    """An overdue copy and a supply hold are on it, and the last numbers used."""
    issue(office, 1)
    office.clock.set("1951-07-12T06:00:00Z")
    says(
        office,
        "watch",
        words=("Watch handover", "overdue", "1/1", "supply hold", "Comrade Stalin", "12.7.1951"),
    )


def test_a_watch_that_was_handed_over_prints_as_it_was_frozen(office):
    """Whom it went from and to, the line between them, and what was open then."""
    issue(office, 1)
    office.clock.set("1951-07-12T06:00:00Z")
    with office.view() as books:
        listed = canonical.digest(watches.open_now(books, office.bureau))
    facts = {"to": "makarov", "list": listed, "note": "molotov is to ring"}
    office.give("hand_watch", facts)
    says(
        office,
        "watch",
        "1",
        words=("Watch handover", "overdue", "1/1", "tracer to send", "molotov is to ring"),
    )
    with refuses(office, "no watch 2 was handed over", UnknownError):
        forms.make(office.bureau, "watch", ("2",))


# --- between offices --------------------------------------------------------------------------


def test_transmittal_slip_lists_what_goes_and_to_whom(office):
    """Before the room has signed it the slip has no number, and lists the same copies."""
    other = found("special-sector")
    office.know(other)
    due = {
        "office": "special-sector",
        "carrier": "courier Ivanov",
        "due_at": "1951-07-09T17:00:00Z",
    }
    act(office, "dispatch", 2, due)
    says(
        office,
        "transmittal",
        "1/2",
        words=("Transmittal slip", "Special-sector", "courier Ivanov", "1/2", "9.7.1951 17.00"),
    )


def test_receipt_and_transmittal_refuse_what_is_not_in_the_books(office):
    """By digest, by number or by copy: none is there."""
    for name in ("receipt", "transmittal"):
        for about in ("sha256:" + "0" * 64, "1/2"):
            with refuses(office, f"no {name}", UnknownError):
                forms.make(office.bureau, name, (about,))


def test_receipt_shows_an_owed_one_as_not_valid_yet(office):
    """The receipt for an opened telegram is owed until the room signs it."""
    other = found("beijing")
    office.know(other)
    office.telegram(addressees=("Filippov",), outgoing=3360)
    with office.view() as view:
        owed = [row for row in view.papers.find("state", "owed") if row.kind == "receipt"]
    for row in owed[:1]:
        says(office, "receipt", row.digest, words=("not yet signed", "Beijing"))


# --- every form -------------------------------------------------------------------------------


def test_forms_are_tagged_and_in_two_languages_or_one(office):
    """Headings, tables and their heads are tagged; a form may be asked for in one language."""
    both = made(office, "distribution", "1")
    assert {"/H1", "/Table", "/TH", "/TD"} <= tags(both.pdf)
    assert "en" == reader(both.pdf).trailer["/Root"]["/Lang"][:2]
    russian = whole(made(office, "distribution", "1", languages=("ru",)).pdf)
    assert "Указатель рассылки" in russian
    assert "Distribution list" not in russian


def test_a_form_says_which_entry_and_head_it_stands_on(office):
    """Entry and order of the act, so that the paper can be held to the ledger."""
    issue(office, 1)
    index, entry = office.leaves()[-1]
    assert "issue" == entry.act
    says(office, "hand-receipt", "1/1", words=(f"Ledger entry No. {index}", "UTC+00:00"))


@pytest.mark.parametrize("name", ["certificate", "disclosure", "missing", "tracer"])
def test_forms_about_copies_refuse_what_no_copy_is(office, name):
    """The same refusal as everywhere."""
    with refuses(office, "no copy 7/7 is in the books", UnknownError):
        forms.make(office.bureau, name, ("7/7",))


def test_a_form_spells_copies_with_their_check_characters(office):
    """What is typed from a card is checked like what is typed from a sheet."""
    issue(office, 1)
    spelled = f"1/1-{check.of_name('moscow', '1/1')}"
    says(office, "tracer", "1/1", words=(spelled,))
    says(office, "muster", words=(spelled,))
    assert made(office, "tracer", spelled).form == made(office, "tracer", "1/1").form


def test_the_code_of_a_form_is_no_copy(office):
    """A card that stands where a copy should be is not sighted as the copy."""
    assert not check.is_code(f"{CODE}:moscow:charge-out:1/1:20")
    with office.view() as view, pytest.raises(UnknownError):
        serving.one(view, f"{CODE}:moscow:charge-out:1/1:20")


def test_no_form_and_no_language_is_told(office):
    """Names and languages are few, and the refusal lists them."""
    with refuses(office, "there is no form diploma", UnknownError):
        forms.make(office.bureau, "diploma", ())
    with refuses(office, "not kept in that language", CablegramError):
        forms.make(office.bureau, "watch", (), languages=("fr",))
    with refuses(office, "is not a cable number", UnknownError):
        forms.make(office.bureau, "distribution", ("1/2",))


@pytest.mark.parametrize("name", sorted(forms.FORMS))
@pytest.mark.parametrize(
    "about",
    [
        [],
        [""],
        ["x"],
        ["0"],
        ["-"],
        ["9" * 40],
        ["²"],
        ["٣"],
        ["1951-07-05", "1"],
        ["1951-13-05"],
        ["9999-12-31"],
        ["a-b", "c-d"],
        ["beijing/x"],
    ],
)
def test_a_form_about_nothing_that_there_is_is_refused(office, name, about):
    """Whatever was typed: in three sentences, and never a fault of the program."""
    if name in {"muster", "watch"} and about in ([], ["0"]):
        assert forms.make(office.bureau, name, about).pdf, "without a number they are of now"
        return
    with pytest.raises(CablegramError) as refusal:
        forms.make(office.bureau, name, about)
    assert refusal.value.hint.endswith(".")

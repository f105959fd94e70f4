"""The pages that read: each says what the books say, to whoever may know, and in bounds."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

import desks
from cablegram.registry import finding

FIRST_BYTES_MAX = 100_000
"""What the first page may weigh with all that it brings."""


@pytest.fixture(scope="module")
def desk(day, tmp_path_factory):
    """The desk of the seeded office."""
    import shutil

    root = shutil.copytree(day, tmp_path_factory.mktemp("served") / day.name)
    desks.addresses(root)
    with desks.client(root) as browser:
        yield browser


@pytest.fixture(scope="module")
def registrar(desk):
    return desk.log_in("chesnokova")


def handle(desk, name):
    with desk.desk.bureau.books.view() as view:
        return finding.copy(view, name).handle


def page(browser, path, **rest):
    came = browser.get(path, **rest)
    assert 200 == came.status_code, text(came.text)[:600]
    return came.text


def text(html):
    """What a reader reads of a page's main part."""
    main = html.partition("<main")[2].partition("</main>")[0] or html
    main = re.sub(r"<(script|style|svg|title)\b.*?</\1>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


PAGES = (
    "/", "/duties", "/due", "/find", "/find?words=линии", "/find?number=21470/1", "/custody",
    "/register/received", "/register/sent", "/register/accepted", "/custody?late=1",
    "/register/received?state=missing", "/holder/kessler", "/holder/special-sector", "/tracers",
    "/register/received?office=beijing&from=1.7.1951&to=5.7.1951", "/tasks", "/tasks?state=done",
    "/musters", "/musters/1", "/musters/2", "/offices", "/offices/special-sector", "/watches",
    "/offices/beijing", "/forms", "/forms?form=tracer&about=21470/1", "/help",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "ru", "zh", "ko"])
def test_a_page_is_well_formed_and_says_each_thing_once(registrar, path, language):
    """In every language: tags close, ids are unique, nothing inline, labels for every field."""
    html = page(registrar, path, headers={"accept-language": language})
    read = Read()
    read.feed(html)
    assert [] == read.faults
    assert [] == read.open
    assert len(read.ids) == len(set(read.ids))
    assert not set(read.labelled_by) - set(read.ids)
    assert f'lang="{language}"' in html


class Read(HTMLParser):
    """A page read as strictly as a person who cannot see it needs it."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "circle", "line", "rect", "path"})

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.faults, self.labelled_by = [], [], [], []

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [said["id"]] if "id" in said else []
        self.labelled_by += said.get("aria-labelledby", "").split()
        if "style" in said or any(name.startswith("on") for name in said):
            self.faults.append(f"inline code on {tag}")
        if tag == "input" and said.get("type") != "hidden":
            inside = "label" in self.open
            if not inside and "id" not in said:
                self.faults.append(f"no label for {said}")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()


def test_a_telegram_says_what_became_of_it(desk, registrar):
    """One that came: its copies; one that we sent: what each office has signed for."""
    with desk.desk.bureau.books.view() as view:
        came = view.telegrams.find("cable", 21476)[0].handle
        went = view.telegrams.find("sent", "out", limit=3)[2].handle
    for language in ("en", "ru", "zh", "ko"):
        said = text(page(registrar, f"/telegram/{came}", headers={"accept-language": language}))
        assert "21476/2" in said
        assert "Отто Грау" in said
    said = text(page(registrar, f"/telegram/{went}"))
    assert "Linden" in said
    assert "Beijing" in said
    assert "not yet" in said


def test_today_says_what_is_late_and_leads_to_the_act(desk, registrar):
    """The overdue copy, by its name, with the page that takes it back."""
    html = page(registrar, "/")
    assert "21470/1" in text(html)
    assert f'href="/act/return?copy={handle(desk, "21470/1")}"' in html
    assert "issued to Мария Кесслер" in text(html)
    assert "with Special Sector" in text(html)
    assert "Анна Чеснокова has the watch" in text(html)


@pytest.mark.parametrize("person", ["chesnokova", "makarov", "vaganov"])
def test_every_act_that_a_page_leads_to_has_its_form(desk, person):
    """Filled with what the page was about; whoever may not order it is not led there."""
    browser = desk.log_in(person)
    copies = [f"/copy/{handle(desk, n)}" for n in ("21470/1", "21461/4", "21470/3", "575/2281")]
    leads = {
        lead.replace("&amp;", "&")
        for path in (*PAGES, *copies)
        for lead in re.findall(r'href="(/(?:act|drafts)[/?][^"]*)"', page(browser, path))
    }
    assert len(leads) > 40
    for lead in sorted(leads):
        came = browser.get(lead)
        assert came.status_code in {200, 403}, (lead, came.status_code, text(came.text)[:300])


def test_what_somebody_may_not_order_is_no_link(desk):
    """A cipher officer opens; a registrar does not, and is told the command."""
    assert 'href="/act/open?sealed=' in page(desk.log_in("vaganov"), "/duties")
    html = page(desk.log_in("litvin"), "/duties")
    assert 'href="/act/open' not in html
    assert "cablegram open" in html


def test_a_register_is_newest_first_and_narrows(registrar):
    """By office, day, level and where a copy is."""
    numbers = lambda html: re.findall(r'<a href="/telegram/\w+">(\d+)</a>', html)  # noqa: E731
    found = numbers(page(registrar, "/register/received"))
    assert found == sorted(found, reverse=True)
    assert "21489" == found[0]
    assert ["21470"] == numbers(page(registrar, "/register/received?state=missing"))
    linden = numbers(page(registrar, "/register/received?office=linden"))
    assert ["21485", "21479", "21473", "21468", "21462"] == linden
    days = numbers(page(registrar, "/register/received?from=2.7.1951&to=2.7.1951"))
    assert ["21469", "21468"] == days
    assert {"21468", "21477"} == set(
        numbers(page(registrar, "/register/received?level=confidential"))
    )


def test_a_list_goes_on_where_a_page_ends(registrar, monkeypatch):
    """On and back lead over every line, once each, with what was asked kept."""
    from cablegram.desk.pages import registers

    monkeypatch.setattr(registers, "LINES", 4)
    path, seen = "/register/received?level=top+secret", []
    while path:
        html = page(registrar, path)
        seen += re.findall(r'<a href="/telegram/\w+">(\d+)</a>', html)
        on = re.search(r'rel="next" href="([^"]+)"', html)
        path = on[1].replace("&amp;", "&") if on else ""
        assert "level=top" in path or not path
    assert seen == sorted(set(seen), reverse=True)
    assert 17 < len(seen) < 30


def test_the_life_of_a_copy_is_a_picture_and_a_list_that_agree(desk, registrar):
    """As many marks as acts; the holder has a lane; each act says who, when and on what."""
    html = page(registrar, f"/copy/{handle(desk, '21467/3')}")
    acts = re.findall(r'<li id="act-(\d+)"', html)
    marks = re.findall(r'href="#act-(\d+)"', html)
    assert acts == marks == [str(n) for n in range(1, 7)]
    assert 'class="who"' in html
    assert "Мария Кесслер" in html
    said = text(html)
    for words in ("allot", "print", "verify", "issue", "return", "destroy", "burnt in the stove"):
        assert words in said
    assert "Лев Литвин and Анна Чеснокова" in said


def test_a_name_that_was_erased_is_an_id_on_the_next_page(desk, registrar):
    """Names live in the vault alone."""
    vault = desk.desk.bureau.vault
    name = vault.get("name", "dorn")
    assert "Ксения Дорн" in page(registrar, "/custody")
    vault.destroy("name", "dorn")
    html = page(registrar, "/custody")
    assert "Ксения Дорн" not in html
    assert ">dorn</a>" in html
    vault.put("name", "dorn", name)


def test_custody_counts_what_the_books_have(desk, registrar):
    """Each state's figure, each holder's, and the overdue by shape and word."""
    html = page(registrar, "/custody")
    said = text(html)
    with desk.desk.bureau.books.view() as view:
        issued = view.copies.count("state", "issued")
        kessler = view.copies.count("holder", "kessler")
    assert f"{issued} issued" in said
    assert f"Мария Кесслер {kessler} on charge · ▲ 3 overdue" in said
    assert re.search(r'class="chip out late"[^>]*>', html)
    late = text(page(registrar, "/custody?late=1"))
    assert late.index("Мария Кесслер") < late.index("Ян Новак")
    assert "Отто Грау" not in late


def test_what_a_muster_has_not_seen_is_red_until_it_is(desk, registrar):
    """Three copies, each with the act that declares it missing."""
    html = page(registrar, "/musters/2")
    assert 3 == html.count('href="/act/miss?copy=')
    assert 3 == len(re.findall(r'<li class="unseen"', html))
    assert "These stay red until somebody sees them" in text(html)


def test_a_muster_with_another_office_shows_both_sides(registrar):
    """What each says of a copy, and what that comes to."""
    said = text(page(registrar, "/musters/1"))
    assert "Counted with Special Sector" in said
    assert "Special Sector has it" in said
    assert "signed here by Анна Чеснокова, Лев Литвин" in said
    assert "not signed there yet" in said


def test_open_items_of_an_office_stand_on_both_sides(registrar):
    """Ours with them, theirs with us, what they have not opened."""
    said = text(page(registrar, "/offices/special-sector"))
    assert "21463/2" in said.partition("Theirs with us")[0]
    assert "575/2281" in said.partition("Theirs with us")[2]
    assert "circuit 2" in text(page(registrar, "/offices/beijing"))


def test_found_in_four_scripts(registrar):
    """Words of a content, in whatever script it was written."""
    for words, number in (
        ("freight", "21468"), ("линии", "21484"), ("关于", "21489"), ("새", "21480"),
    ):  # fmt: skip
        assert number in text(page(registrar, f"/find?words={words}"))


def test_a_reader_sees_what_is_theirs(desk):
    """Nothing of the register stands on the first page of somebody who does not work with it."""
    from cablegram.wiring import tools

    office = desk.desk.office
    post = tools.Post("grau", role="reader")
    tools.appoint(office, post, chief="makarov", other="chesnokova")
    grau = desk.log_in("grau")
    said = text(page(grau, "/"))
    assert "21484/1" in said
    assert "21470/1" not in said
    assert 403 == grau.get("/custody").status_code
    assert 200 == grau.get("/holder/grau").status_code
    assert 403 == grau.get("/holder/novak").status_code
    assert 200 == grau.get(f"/copy/{handle(desk, '21484/1')}").status_code
    assert 403 == grau.get(f"/copy/{handle(desk, '21470/1')}").status_code


@pytest.mark.parametrize(
    "path",
    [
        "/register/elsewhere", "/telegram/nobody", "/copy/nobody", "/holder/nobody", "/musters/99",
        "/musters/x", "/musters/" + "9" * 30, "/offices/nowhere", "/forms/poem", "/forms/tracer",
        "/forms/tracer?about=99/9",
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_in_three_sentences(registrar, path):
    """With the page's status, and no fault."""
    came = registrar.get(path)
    assert 404 == came.status_code
    assert 'class="refusal"' in came.text


@pytest.mark.parametrize(
    "path",
    [
        "/register/received?state=lost-and-found", "/register/received?from=yesterday",
        "/register/received?place=on~1", "/register/sent?place=elsewhere", "/tracers?place=on~x",
        "/find?from=32.7.1951&words=a", "/find?words=%00",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(registrar, path):
    """Whatever stands in a link."""
    assert 400 == registrar.get(path).status_code


def test_a_form_comes_as_a_pdf_that_runs_nothing(registrar):
    """To look at, or to keep; in a sandbox of its own."""
    came = registrar.get("/forms/tracer?about=21470/1")
    assert 200 == came.status_code
    assert came.content.startswith(b"%PDF")
    assert "sandbox" in came.headers["content-security-policy"]
    assert came.headers["content-disposition"].startswith("inline")
    kept = registrar.get("/forms/tracer?about=21470/1&save=1")
    assert kept.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("form", "about"),
    [
        ("register", "1951-07-05"), ("register", "21461 21465"), ("register-sent", "611"),
        ("distribution", "21476"), ("hand-receipt", "21476/1"), ("charge-out", "21461/4"),
        ("disclosure", "21476/1"), ("transmittal", "21463/2"), ("receipt", "21463/2"),
        ("missing", "21470/3"), ("certificate", "21461/2"), ("muster", "1"), ("muster", ""),
        ("watch", "1"), ("watch", ""), ("register-accepted", "1951-07-04"),
    ],
)  # fmt: skip
def test_every_form_that_is_offered_can_be_printed(registrar, form, about):
    """By what the page says it is about."""
    came = registrar.get(f"/forms/{form}", params={"about": about})
    assert 200 == came.status_code, text(came.text)
    assert came.content.startswith(b"%PDF")


def test_the_offer_of_forms_is_what_the_registry_has():
    """None is forgotten, none made up."""
    from cablegram import forms
    from cablegram.desk.pages import papers

    assert set(forms.FORMS) == set(papers.BY_NAME)


def test_the_first_page_is_light(desk, registrar):
    """With all that it brings, less than a photograph of a stamp."""
    html = page(registrar, "/")
    brought = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    weight = len(html.encode()) + sum(len(desk.get(path).content) for path in set(brought))
    assert weight < FIRST_BYTES_MAX

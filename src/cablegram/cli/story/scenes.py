"""The scenes of the demo: what is typed in which office, from 5 to 12 July 1951."""

from __future__ import annotations

from dataclasses import dataclass, field

CUSTODY = 5

_PLACE = "8 отдел Второго Главного управления Генштаба Советской Армии"
_SECRET = "--passphrase-file passphrase.txt"  # noqa: S105  # the name of a file
_COMRADE = "Товарищу ФИЛИППОВУ"


@dataclass(frozen=True, slots=True)
class Step:
    """One command: in which office (none for making one), what is typed, how it must end.

    ``takes`` is a field of its JSON that later steps use; ``quiet`` steps are not shown.
    """

    office: str
    words: str
    note: str = ""
    status: int = 0
    takes: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A heading, the moment every clock is set to (Moscow's time), and the steps."""

    heading: str
    steps: tuple[Step, ...]
    at: str = ""
    files: dict[str, str] = field(default_factory=dict)


def scenes(label: str, work: int) -> list[Scene]:
    """The whole story.  ``label`` stands on the telegram, ``work`` is the passphrases'."""
    return [
        _founding(work),
        _meeting(),
        _sending(label),
        _receiving(),
        _passing_on(),
        _counting(),
        _coming_back(),
        _holding(),
        _proving(),
    ]


def _founding(work: int) -> Scene:
    common = f"--own-clock 1951-07-05T12:00+03:00 --carrier line --work {work}"
    return Scene(
        "5 July 1951.  Three offices, each with keys, books, register and ledger of its own",
        (
            Step(
                "",
                f"{_SECRET} office init beijing --id beijing --name en=Beijing --name ru=Пекин "
                f"--chief cipher-chief --zone Asia/Shanghai --go-on-from outgoing 3348 {common}",
            ),
            Step(
                "",
                f"{_SECRET} office init eighth --id eighth "
                "--name 'ru=Второе Главное управление Генштаба Советской Армии' "
                "--name 'en=Second Main Directorate of the General Staff of the Soviet Army' "
                "--chief makarov --chief-name МАКАРОВ "
                "--chief-title 'НАЧАЛЬНИК ОТДЕЛЕНИЯ, ПОЛКОВНИК' --zone Europe/Moscow "
                f"--return-to '{_PLACE}' --go-on-from cable 21496 --go-on-from print 1394 {common}",
            ),
            Step(
                "",
                f"{_SECRET} office init special-sector --id special-sector "
                "--name 'ru=IV часть ОС ЦК ВКП(б)' --name 'en=IV Unit, Special Sector' "
                "--chief registrar --zone Europe/Moscow --return-to 'IV часть ОС ЦК ВКП(б)' "
                f"--go-on-from incoming 2279 {common}",
            ),
            Step(
                "eighth",
                f"{_SECRET} --as makarov officer add vaganov --name Ваганов",
                note="the second officer is seconded by the office key, each later one by a person",
            ),
            Step("eighth", "--as makarov --second vaganov officer add chesnokova --name Чеснокова"),
            Step(
                "eighth",
                f"--as makarov office cover '{_COMRADE}' stalin --name 'тов. Сталину'",
                note="a cover name in the text, the real name on the list",
            ),
            Step(
                "special-sector",
                "office cover 'тов. Сталину' stalin --name 'тов. Сталину'",
                quiet=True,
            ),
        ),
    )


def _meeting() -> Scene:
    pairs = (
        ("beijing", "eighth"),
        ("eighth", "beijing"),
        ("eighth", "special-sector"),
        ("special-sector", "eighth"),
    )
    adding = tuple(
        Step(
            one,
            f"{'--as makarov ' if one == 'eighth' else ''}correspondent add {other}/card.json "
            "--compared",
        )
        for one, other in pairs
    )
    unlocking = tuple(
        Step(office, f"{_SECRET} room unlock") for office in ("beijing", "eighth", "special-sector")
    )
    return Scene(
        "They take each other's cards, read the words aloud, and unlock their cipher rooms",
        adding + unlocking,
    )


def _sending(label: str) -> Scene:
    labelled = f"--label '{label}' " if label else ""
    return Scene(
        "5 July, 20.00 in Beijing.  The cipher office sends No. 3349",
        (
            Step(
                "beijing",
                f"--json draft --to eighth --for '{_COMRADE}' --signatory 'МАО ЦЗЭДУН' "
                "--text ru=21497.ru.md --translation en=21497.en.md --level 'СОВ. СЕКРЕТНО' "
                f"--caveat 'copying prohibited' --precedence immediate {labelled}",
                takes="draft",
            ),
            Step("beijing", "send {draft}"),
            Step("beijing", "carry"),
        ),
        at="1951-07-05T20:00+08:00",
    )


def _receiving() -> Scene:
    return Scene(
        "5 July, 21.00 to 23.10.  Moscow receives, deciphers, prints four copies, verifies",
        (
            Step("eighth", "--as chesnokova take-in"),
            Step("eighth", "office clock --set 1951-07-05T22:25", quiet=True),
            Step("eighth", "--as vaganov open 1", note="22.25"),
            Step("eighth", "office clock --set 1951-07-05T23:00", quiet=True),
            Step("eighth", "--as chesnokova print 21497 --verifier makarov", note="23.00"),
            Step("eighth", "--json where 21497/2", takes="sheets", quiet=True),
            Step("eighth", "office clock --set 1951-07-05T23:10", quiet=True),
            Step(
                "eighth",
                "--as vaganov verify 21497",
                note="23.10: whoever opened it may not verify it",
                status=CUSTODY,
            ),
            Step("eighth", "--as makarov verify 21497"),
            Step("eighth", "--as makarov carry", note="the receipts go back"),
            Step("beijing", "take-in"),
            Step("beijing", "where 3349"),
        ),
        at="1951-07-05T21:00",
    )


def _passing_on() -> Scene:
    return Scene(
        "5 July, 23.30.  Copy 1 to its addressee, 3 and 4 to file, 2 to the Special Sector",
        (
            Step("eighth", "--as makarov issue 21497/1 --to stalin"),
            Step("eighth", "--as makarov file 21497/3 21497/4 --place 'case 141, leaf 226'"),
            Step(
                "eighth",
                "--as makarov dispatch 21497/2 --to special-sector --carrier courier",
            ),
            Step("eighth", "--as makarov carry"),
            Step("special-sector", "take-in"),
            Step("special-sector", "accept"),
            Step(
                "special-sector",
                "accept 21497/2 --sheets {sheets} --incoming 575/ "
                "--received eighth/paper/21497-copy-2.pdf",
                note="a second office, a second number, a second order to return",
            ),
            Step("special-sector", "issue 575/2280 --to stalin"),
            Step("special-sector", "carry"),
            Step("eighth", "--as makarov take-in"),
            Step("eighth", "where 21497/2", note="by our number, and by theirs"),
            Step("eighth", "where 575/2280"),
        ),
        at="1951-07-05T23:30",
    )


def _counting() -> Scene:
    return Scene(
        "8 July.  A muster that spans both offices; one number was seen on two sheets",
        (
            Step("special-sector", "muster --sighted lists/special.txt"),
            Step("special-sector", "carry"),
            Step("eighth", "--as makarov take-in"),
            Step(
                "eighth",
                "--as makarov --second chesnokova muster --sighted lists/eighth.txt",
            ),
        ),
        at="1951-07-08T09:00",
        files={
            "lists/special.txt": "575/2280\n",
            "lists/eighth.txt": "21497/1\n21497/3\n21497/4\n21497/4\n",
        },
    )


def _coming_back() -> Scene:
    return Scene(
        "9 July.  Copy 2 comes back, reader to Special Sector to Moscow: returns nest",
        (
            Step("special-sector", "return 575/2280 --sheets {sheets}"),
            Step("special-sector", "dispatch 575/2280 --to eighth --carrier courier"),
            Step("special-sector", "carry"),
            Step("eighth", "--as makarov take-in"),
            Step("eighth", "--as makarov return 21497/2 --sheets {sheets}"),
            Step("eighth", "--as makarov carry"),
            Step("special-sector", "take-in"),
            Step("special-sector", "where 575/2280"),
        ),
        at="1951-07-09T12:00",
    )


def _holding() -> Scene:
    return Scene(
        "12 July.  Copy 1 is overdue, and nothing more is supplied until it is back",
        (
            Step(
                "beijing",
                f"--json draft --to eighth --for '{_COMRADE}' --signatory cipher-chief "
                "--text en=service.en.md --level СЕКРЕТНО --label 'SERVICE — СЛУЖЕБНАЯ'",
                takes="draft",
                quiet=True,
            ),
            Step("beijing", "send {draft}", note="a service telegram, not of the record"),
            Step("beijing", "carry", quiet=True),
            Step("eighth", "--as makarov take-in", quiet=True),
            Step("eighth", "--as vaganov open --all"),
            Step("eighth", "--as chesnokova print 21498", quiet=True),
            Step("eighth", "--as makarov verify 21498", quiet=True),
            Step("eighth", "due"),
            Step("eighth", "--as makarov issue 21498/1 --to stalin", status=CUSTODY),
            Step("eighth", "--as makarov return 21497/1 --sheets {sheets}"),
            Step("eighth", "--as makarov issue 21498/1 --to stalin"),
            Step(
                "eighth",
                "--as makarov --second chesnokova destroy 21497/1 --sheets {sheets} --method burnt",
            ),
        ),
        at="1951-07-12T09:00",
        files={
            "service.en.md": "Please confirm that all copies of 3349 have come back.\n",
        },
    )


def _proving() -> Scene:
    return Scene(
        "What can be proved, and to whom",
        (
            Step("eighth", "log 21497/2", note="the life of one copy"),
            Step(
                "",
                "audit eighth/ledger --card eighth/card.json",
                note="anyone: nothing was altered, dropped or reordered",
            ),
            Step("eighth", "audit --disclose inspector.jsonl", quiet=True),
            Step(
                "",
                "audit eighth/ledger --card eighth/card.json --disclosed inspector.jsonl",
                note="an inspector: every copy entered is accounted for, and no name is told",
            ),
        ),
    )

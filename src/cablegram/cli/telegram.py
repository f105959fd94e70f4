"""``draft`` and ``release``: what we say, and its way to the outgoing tray."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import many, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.wire.wording import Addressee
    from cablegram.wiring.tools import SealedAttachment, Text

_COUNTED = ("received", "printed", "issued")


@order(
    "draft",
    "cablegram draft --to moscow --for Filippov --signatory 'Mao Zedong' --text en=telegram.md",
)
@click.option("--to", "to", multiple=True, required=True, help="An office it goes to.")
@click.option("--for", "action", multiple=True, help="Who is to act, by name or cover name.")
@click.option("--info", multiple=True, help="Who is to be told.")
@click.option("--signatory", default="", help="Whose words they are.")
@click.option("--on-behalf-of", default="", help="For whom.")
@click.option("--text", "texts", multiple=True, help="LANGUAGE=FILE of the original.")
@click.option("--translation", "translations", multiple=True, help="LANGUAGE=FILE.")
@click.option("--attach", "attached", multiple=True, type=click.Path(path_type=Path))
@click.option("--level", default="", help="The classification; secret if not given.")
@click.option(
    "--label-file",
    type=click.Path(path_type=Path),
    help="Policy, level, categories and caveats out of an ADatP-4774 label.",
)
@click.option("--policy", default="", help="Whose classification it is.")
@click.option("--category", "categories", multiple=True)
@click.option("--caveat", "caveats", multiple=True, help="What may not be done with it.")
@click.option("--precedence", default="routine", help="routine, priority, immediate or flash.")
@click.option("--info-precedence", default="", help="Of those told; the same if not given.")
@click.option("--copies", type=int, default=0, help="How many copies are asked for.")
@click.option("--return-days", type=int, default=0, help="After how many days copies go back.")
@click.option("--return-counted", type=click.Choice(_COUNTED), default="received")
@click.option("--return-to", default="", help="To which place.")
@click.option("--calendar", is_flag=True, help="Calendar days, not 24-hour days.")
@click.option("--subject", default="", help="May stay empty: subjects leak.")
@click.option("--label", default="", help="A word shown with it everywhere: reconstruction.")
@click.option("--fulfil-by", default="", help="By when it must be carried out.")
@click.option("--kind", default="telegram", help="telegram, recall, query, correction, ...")
@click.option("--reply-to", default="", help="The telegram it is about: our number, or its digest.")
@click.option("--series", default="", help="Its series; the current one if not given.")
@pass_session
def draft(session: Session, /, **said: Any) -> None:
    """Write a draft, seal it to our own room, and record who drafted it."""
    _check_given(said)
    write_draft(session, said, [])


BARE: dict[str, Any] = {
    **dict.fromkeys(
        ("signatory", "on_behalf_of", "level", "policy", "info_precedence", "return_to"), ""
    ),
    **dict.fromkeys(("subject", "label", "fulfil_by", "reply_to", "series"), ""),
    **dict.fromkeys(("action", "info", "texts", "translations", "attached"), ()),
    **dict.fromkeys(("categories", "caveats"), ()),
    **dict.fromkeys(("copies", "return_days"), 0),
    "return_counted": "received",
    "calendar": False,
    "label_file": None,
    "precedence": "routine",
    "kind": "telegram",
}
"""What a draft says where nothing is given, by the options of ``draft``."""


def write_draft(session: Session, said: dict[str, Any], beside: list[Text]) -> None:
    """Seal a draft to our own room, record it, and say what it waits for.

    ``said`` are the options of ``draft``; ``beside`` are texts that lie in no file.
    """
    from cablegram.registry import classifications, service
    from cablegram.wire.draft import Draft
    from cablegram.wiring import tools

    us = session.office
    texts = beside + _texts(said["texts"], "original") + _texts(said["translations"], "translation")
    attached = _attach(said["attached"])
    with us.bureau.books.view() as view:
        _check_reached(session, said, view)
        wording = _wording(session, said, view)
        said_of = (wording["policy"], wording["level"], wording["series"])
        classifications.check(view, *said_of, us.bureau)
        service.check_release(view, said["kind"], wording["reply_to"], said["to"], us.bureau)
    digest = tools.write_draft(
        us,
        Draft(
            to=tuple(said["to"]),
            attachments=tuple(one.attachment for one in attached),
            keys=tuple((one.attachment.name, one.seed) for one in attached),
            parts=tools.parts(texts),
            **wording,
        ),
        texts,
    )
    for one in attached:
        us.bureau.blobs.put(one.sealed)
    facts = {
        "draft": digest,
        "series": wording["series"],
        "level": wording["level"],
        "to": " ".join(said["to"]),
    }
    done = session.order("draft", facts)
    number = int(getattr(done, "answer", "0"))
    if session.json:
        saying.say_json({"draft": digest, "number": number, "to": list(said["to"])})
    else:
        saying.say(digest)
        saying.tell(
            "draft {number} is sealed to our room; {next}",
            number=number,
            next=_next(session, digest, number),
        )


def _next(session: Session, digest: str, number: int) -> str:
    """What a draft waits for, in words."""
    from cablegram.registry import drafts

    bureau = session.office.bureau
    with bureau.books.view() as view:
        row = view.drafts.get(digest)
        assert row is not None, "it was recorded a moment ago"
        stands = drafts.standing(view, row, bureau)
    if stands.rule is None or not stands.lacks:
        return sentence("`cablegram release {number}` releases it", number=number)
    wanted = many(stands.lacks, "clearance")
    return sentence(
        "it waits for {wanted} of {whom}: `cablegram clear {number}`",
        wanted=wanted,
        whom=stands.rule.whom(),
        number=number,
    )


@order("release", "cablegram --as zhou release 12")
@click.argument("draft")
@pass_session
def release(session: Session, draft: str) -> None:
    """Release a draft by its number or digest: the room numbers, signs and seals it.

    It must be cleared as its classification asks. The same draft again is the same telegram.
    """
    _release(session, draft)


@order("send", "cablegram --as zhou send sha256:51af...")
@click.argument("draft")
@pass_session
def send(session: Session, draft: str) -> None:
    """Release a draft: another word for `release`."""
    _release(session, draft)


def _release(session: Session, named: str) -> None:
    from cablegram.model.names import digest
    from cablegram.model.orders import OfficeAct
    from cablegram.registry import drafts, serving

    with session.office.bureau.books.view() as view:
        # One named in whole may have been sealed here and be recorded by nobody.
        whole = named.startswith("sha256:")
        draft = digest(named) if whole else drafts.find(view, named).digest
        orders = serving.release_of(view, draft)
    repeat = bool(orders)
    ask = partial(session.office.room.seal, draft)
    answer = dict(session.give(OfficeAct.RELEASE.value, {"draft": draft}, (), ask, orders))
    if session.json:
        saying.say_json({**answer, "repeat": int(repeat)})
        return
    offices = answer["offices"]
    assert isinstance(offices, list), "the room lists the offices"
    saying.say(
        "{outgoing_number} in series {series}, to {offices}",
        outgoing_number=answer["outgoing_number"],
        series=answer["series"],
        offices=", ".join(offices),
    )
    if repeat:
        saying.tell("this draft was sent before, and it is the same telegram")
    saying.tell("it is in the outgoing tray; `cablegram carry` hands it to the carrier")


def _check_given(said: dict[str, Any]) -> None:
    """Refuse a draft that lacks an option, by the option's name."""
    for options, name, what in (
        ((*said["action"], *said["info"]), "--for", "who is to act"),
        (said["texts"], "--text", "the words, as LANGUAGE=FILE"),
        (said["signatory"], "--signatory", "whose words they are"),
    ):
        if not options:
            raise click.UsageError(sentence("{name} is missing: {what}", name=name, what=what))
    if said["return_to"] and not said["return_days"]:
        raise click.UsageError("--return-to is given without --return-days: after how many days")


def _check_reached(session: Session, said: dict[str, Any], view: Any) -> None:
    """Refuse what the room would refuse at `send`: a stranger, ourselves, no such series."""
    from cablegram.errors import OrderError
    from cablegram.registry import offices

    for office in said["to"]:
        if office == session.office.bureau.name:
            raise OrderError(
                "{office} is ourselves",
                hint="Give other offices with --to; allot copies here.",
                office=office,
            )
        offices.correspondent(view, office, session.office.bureau)
    offices.series(view, said["series"])


def _wording(session: Session, said: dict[str, Any], view: Any) -> dict[str, Any]:
    from cablegram.model.times import Counted, ReturnTerm, Unit
    from cablegram.registry import offices

    term = None
    if said["return_days"]:
        unit = Unit.CALENDAR_DAYS if said["calendar"] else Unit.DAYS_24H
        counted = Counted(said["return_counted"])
        term = ReturnTerm(said["return_days"], unit, counted, said["return_to"])
    precedence = _precedence(said["precedence"])
    return {
        "kind": said["kind"],
        "signatory": said["signatory"],
        "on_behalf_of": said["on_behalf_of"],
        "series": said["series"] or offices.series(view).letter,
        **_classified(said),
        "precedence_action": precedence,
        "precedence_info": _precedence(said["info_precedence"] or said["precedence"]),
        "return_": term,
        "addressees": _addressees(said["action"], said["info"]),
        "copies": said["copies"],
        "zone": session.office.settings.zone,
        "reply_to": _about(view, said["reply_to"]),
        "fulfil_by": session.read_moment(said["fulfil_by"], end=True) if said["fulfil_by"] else "",
        "subject": said["subject"],
        "label": said["label"],
    }


def _classified(said: dict[str, Any]) -> dict[str, Any]:
    """Policy, level, categories and caveats: as written, or out of a label and added to."""
    from cablegram.wire import label

    policy, level = said["policy"], said["level"]
    categories, caveats = tuple(said["categories"]), tuple(said["caveats"])
    if said["label_file"] is not None:
        if policy or level:
            raise click.UsageError("--label-file says policy and level: leave out the others")
        read_label = label.read(read(said["label_file"]))
        policy, level = read_label.policy, read_label.classification
        categories = tuple(dict.fromkeys((*read_label.categories(), *categories)))
        caveats = tuple(dict.fromkeys((*read_label.caveats(), *caveats)))
    return {
        "level": level or "secret",
        "policy": policy,
        "categories": categories,
        "caveats": caveats,
    }


def _about(view: Any, named: str) -> str:
    """The digest of the letter that a reply is about, by any number of its telegram."""
    from cablegram.errors import UnknownError
    from cablegram.registry import serving

    if not named or named.startswith("sha256:"):
        return named
    letters = {hit.telegram.letter for hit in serving.find(view, named) if hit.telegram}
    if len(letters) != 1:
        raise UnknownError(
            "{letters} telegrams bear the number {named}",
            hint="Give our own number of the one it is about, or its letter's digest.",
            letters=len(letters) or sentence("no"),
            named=named,
        )
    return letters.pop()


def _precedence(word: str) -> Any:
    from cablegram.errors import MalformedError
    from cablegram.model.handling import Precedence

    names = [precedence.name.lower() for precedence in Precedence]
    if word not in names:
        raise MalformedError(
            "{word!r} is no precedence", hint="Use {names}.", word=word, names=", ".join(names)
        )
    return Precedence[word.upper()]


def _addressees(action: Sequence[str], info: Sequence[str]) -> tuple[Addressee, ...]:
    from cablegram.wire.wording import Addressee

    return tuple(
        [Addressee(name, "action") for name in action] + [Addressee(name, "info") for name in info]
    )


def _texts(pairs: Sequence[str], role: Any) -> list[Text]:
    from cablegram.errors import MalformedError
    from cablegram.wiring.tools import Text

    found = []
    for pair in pairs:
        lang, is_pair, name = pair.partition("=")
        if not is_pair:
            raise click.UsageError(
                sentence("the text {pair!r} does not say its language", pair=pair)
            )
        data = read(Path(name))
        if not data.strip():
            raise MalformedError(
                "{name} is empty",
                hint="Give a file that has the telegram's words.",
                name=Path(name).name,
            )
        found.append(Text(lang, data, role))
    return found


def _attach(paths: Sequence[Path]) -> list[SealedAttachment]:
    from mimetypes import guess_type

    from cablegram.wiring import tools

    return [
        tools.seal_attachment(
            read(path),
            name=path.name,
            media_type=guess_type(path.name)[0] or "application/octet-stream",
        )
        for path in paths
    ]


def read(path: Path) -> bytes:
    """A file that the command line names.

    Raises:
        SetUpError: it is not there or cannot be read.
    """
    from cablegram.errors import SetUpError

    try:
        return path.read_bytes()
    except OSError as error:
        raise SetUpError(
            "{file} cannot be read", hint="Give a file that is there.", file=path.name
        ) from error


COMMANDS = (draft, release, send)

"""``audit``: check a ledger, ours or anybody's, with nothing but its folder and a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, counted, many, sentence, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import IO

    from cablegram.errors import LedgerError
    from cablegram.ledger.audit import Result
    from cablegram.model.acts import Replayed

FILE_MAX = 1 << 20
_BUNDLES = "tile/entries/"


@order("audit", "cablegram audit ledger-of-moscow --card moscow.card --disclosed inspector.jsonl")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--card", type=click.Path(path_type=Path), help="The office's card.")
@click.option("--key", "vkey", default="", help="Or its ledger's verifier key itself.")
@click.option("--disclosed", type=click.Path(path_type=Path), help="An inspector's file.")
@click.option(
    "--kept",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A checkpoint put by earlier; the ledger must begin with it.",
)
@click.option("--disclose", type=click.Path(path_type=Path), help="Write our own for an inspector.")
@click.option("--proof", type=click.Path(path_type=Path), help="The proof of one entry instead.")
@pass_session
def audit(
    session: Session,
    folder: Path | None,
    card: Path | None,
    vkey: str,
    disclosed: Path | None,
    kept: Sequence[Path],
    disclose: Path | None,
    proof: Path | None,
) -> None:
    """Check the ledger in FOLDER: signature, tree, every entry; with a disclosure, custody too.

    Without FOLDER, our own; what our books say is then held to it as well. With --proof, one
    entry alone: what it says of itself, and its place under a signed head.
    """
    if disclose is not None:
        _disclose(session, disclose)
        return
    if proof is not None:
        _prove(session, proof, vkey or _key(card))
        return
    from cablegram.errors import LedgerError
    from cablegram.ledger import audit as auditing

    if folder is None:
        _hold_books(session)
        folder, key = session.office.root / "ledger", session.office.card.ledger_key
    else:
        key = vkey or _key(card)
    replay = auditing.custody if disclosed is not None else None
    lines = _lines(disclosed) if disclosed is not None else None
    with saying.progress("entries read") as tell:
        get = _get(folder, tell)
        result = auditing.audit(get, key, disclosed=lines, replay=replay, kept=map(_small, kept))
    if not result.root:
        raise _no_head(folder, get("checkpoint"), result)
    _say(session, result)
    if not result.ok:
        raise LedgerError(
            "{origin} could not be held to all that was given: {findings}",
            hint="Read the findings: a card, disclosure or checkpoint of another ledger or size is "
            "asked for anew; where the ledger itself differs, keep the folder and ask the office "
            "to explain.",
            kept="Nothing was changed: an audit only reads.",
            origin=result.origin,
            findings=many(len(result.findings), "finding"),
        )


def _prove(session: Session, file: Path, vkey: str) -> None:
    """Check the proof of one entry, and say what it shows."""
    from cablegram.errors import MalformedError
    from cablegram.ledger import checkpoint, note, showing
    from cablegram.ledger.proof import Proof

    try:
        text = _small(file).decode()
    except UnicodeDecodeError as error:
        raise MalformedError(
            "{file} is not a proof", hint="Ask the office for it again.", file=file.name
        ) from error
    slots = showing.check(text, vkey)
    proved = Proof.parse(text)
    head = checkpoint.Checkpoint.parse(note.Note.parse(proved.note.encode()).text)
    if session.json:
        saying.say_json(
            {"origin": head.origin, "index": proved.index, "size": head.size, "slots": slots}
        )
        return
    saying.say(
        "entry {index} of {origin} is under a signed head of {size} entries",
        index=proved.index,
        origin=head.origin,
        size=head.size,
    )
    for name, value in slots.items():
        saying.say(f"  {name:8} {value}")


def _hold_books(session: Session) -> None:
    """Hold our own books to the ledger: every leaf, and every row that the ledger speaks of.

    Raises:
        LedgerError: with each row that was written by another hand.
    """
    from cablegram.errors import LedgerError
    from cablegram.ledger import log
    from cablegram.registry import auditing

    log.verify_whole(session.office.bureau)
    with session.office.bureau.books.view() as view:
        findings = auditing.hold(view)
    for finding in findings:
        saying.tell(finding)
    if findings:
        raise LedgerError(
            "the books are not as the ledger has them: {findings}",
            hint="Put the newest backup of the books in place, and find out whose hand it was.",
            kept="Nothing was changed: an audit only reads.",
            findings=many(len(findings), "finding"),
        )


def _no_head(folder: Path, data: bytes | None, result: Result[Replayed]) -> LedgerError:
    """Why there is nothing to audit: no checkpoint, another office's, or one that does not hold."""
    from cablegram.errors import LedgerError

    kept = "Nothing was changed: an audit only reads."
    if data is None:
        return LedgerError(
            "there is no checkpoint in {folder}",
            hint="Give the folder that the office publishes, or fetch its checkpoint.",
            kept=kept,
            folder=folder.resolve(),
        )
    origin = data.split(b"\n", 1)[0].decode(errors="replace")[:100]
    if origin != result.origin:
        return LedgerError(
            "the checkpoint in {folder} is of {origin}, the key of {result_origin}",
            hint="Give the card or key of the office whose ledger it is.",
            kept=kept,
            folder=folder.resolve(),
            origin=origin,
            result_origin=result.origin,
        )
    return LedgerError(
        "the checkpoint in {folder} does not hold: {what}",
        hint="Fetch it anew, and look whether the card is that office's newest; else ask them.",
        kept=kept,
        folder=folder.resolve(),
        what=result.findings[0].what,
    )


def _say(session: Session, result: Result[Replayed]) -> None:
    counted = result.summary
    if session.json:
        saying.say_json(
            {
                "origin": result.origin,
                "size": result.size,
                "root": result.root.hex(),
                "entries": result.entries,
                "disclosed": result.disclosed,
                "copies": counted.copies if counted else 0,
                "by_state": dict(counted.by_state) if counted else {},
                "findings": [finding.what for finding in result.findings],
            }
        )
        return
    saying.say(
        "{origin}: {entries} of {size} entries, root {root}",
        origin=result.origin,
        entries=result.entries,
        size=result.size,
        root=result.root.hex(),
    )
    if counted is not None:
        states = beside(
            sentence("{n} {state}", n=n, state=word(state, "State"))
            for state, n in counted.by_state.items()
        )
        saying.say(
            "{disclosed} disclosed, {copies} copies: {states}",
            disclosed=result.disclosed,
            copies=counted.copies,
            states=states or sentence("none"),
        )
    for finding in result.findings:
        at = "" if finding.index is None else sentence("entry {index}: ", index=finding.index)
        saying.say(at + finding.what)
    if result.ok:
        saying.say("every entry is as it was signed")


def _disclose(session: Session, out: Path) -> None:
    from cablegram.ledger import disclosure

    count = 0
    session.office.head()
    temp = out.with_name(f".{out.name}.new")
    with temp.open("wb") as file, saying.progress("entries written") as tell:
        for line in disclosure.inspector(session.office.bureau):
            file.write(line)
            count += 1
            tell(count)
    temp.replace(out)
    if session.json:
        saying.say_json({"entries": count - 1})
    else:
        saying.say(
            counted(
                count - 1,
                "{count} entry is disclosed in {out}: kind, act, subject and count",
                "{count} entries are disclosed in {out}: kind, act, subject and count",
                out=out,
            )
        )


def _small(path: Path) -> bytes:
    from cablegram.errors import SetUpError

    try:
        with path.open("rb") as file:
            return file.read(FILE_MAX)
    except OSError as error:
        raise SetUpError(
            "{file} cannot be read",
            hint="Give the file that was kept.",
            file=path.name,
        ) from error


def _key(card: Path | None) -> str:
    from cablegram.cli.correspondent import read
    from cablegram.registry import serving

    if card is None:
        raise click.UsageError("whose ledger? Give --card or --key")
    return serving.read_card(read(card))[0].ledger_key


def _get(folder: Path, tell: Callable[[int], None]) -> Callable[[str], bytes | None]:
    from cablegram.errors import SetUpError

    if not folder.is_dir():
        raise SetUpError(
            "there is no folder {folder}",
            hint="Give the folder that has the checkpoint.",
            folder=folder.resolve(),
        )

    bundles = 0

    def get(path: str) -> bytes | None:
        nonlocal bundles
        if path.startswith(_BUNDLES):
            bundles += 1
            tell(256 * bundles)
        try:
            with (folder / path).open("rb") as file:
                return file.read(FILE_MAX * 32)
        except OSError:
            return None

    return get


def _lines(path: Path) -> Iterator[bytes]:
    from cablegram.errors import SetUpError

    try:
        file = path.open("rb")
    except OSError as error:
        raise SetUpError(
            "{file} cannot be read", hint="Give the inspector's file.", file=path.name
        ) from error
    return _each(file)


def _each(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        # A line longer than the format allows is cut, and then refused as not a line.
        while line := file.readline(FILE_MAX + 2):
            yield line


COMMANDS = (audit,)

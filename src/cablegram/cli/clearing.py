"""``drafts``, ``clear`` and ``object``: who agrees to what is about to be said, or does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.office import office
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import many, sentence

if TYPE_CHECKING:
    from cablegram.registry.drafts import Standing


@order("drafts", "cablegram drafts")
@click.option("--all", "released", is_flag=True, help="Also those that were released.")
@pass_session
def drafts(session: Session, released: bool) -> None:
    """List the drafts that wait, where each stands, and who is waited for."""
    from cablegram.registry import drafts as registry
    from cablegram.registry.reading import every

    bureau = session.office.bureau
    states = (registry.DRAFTED, registry.RELEASED) if released else (registry.DRAFTED,)
    with bureau.books.view() as view:
        found = [
            registry.standing(view, row, bureau)
            for state in states
            for row in every(view.drafts, "state", state)
        ]
    if session.json:
        saying.say_json({"drafts": [_json(stands) for stands in found]})
        return
    rows = [
        (
            str(stands.draft.number),
            session.local(stands.draft.drafted_at),
            stands.draft.drafter,
            stands.draft.to.replace(" ", ", "),
            stands.draft.level,
            _words(stands),
        )
        for stands in found
    ]
    for line in saying.table(("draft", "drafted", "by", "to", "level", "stands"), rows):
        saying.say(line)
    if not rows:
        saying.tell("no draft waits")


@order("clear", "cablegram --as molotov clear 12")
@click.argument("draft")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def clear(session: Session, draft: str, note: str) -> None:
    """Agree to a draft, by its number or digest, as it lies sealed: an edit takes a new one."""
    _speak(session, "clear", draft, {"note": note} if note else {})


@order("object", "cablegram --as molotov object 12 --reason 'the date is wrong'")
@click.argument("draft")
@click.option("--reason", required=True, help="Why it must not go.")
@pass_session
def object_(session: Session, draft: str, reason: str) -> None:
    """Stop a draft with a reason; `clear` by the same person withdraws it."""
    _speak(session, "object", draft, {"reason": reason})


@order("read-draft", "cablegram --as molotov read-draft 12")
@click.argument("draft")
@click.option("--reason", "-r", default="", help="Why it is read, where that is to be kept.")
@pass_session
def read_draft(session: Session, draft: str, reason: str) -> None:
    """Have the room read a draft to you before you clear it; that you did is entered first.

    Who drafted it may, whoever its classification names to clear it, and who releases.
    """
    from functools import partial

    from cablegram.model.orders import OfficeAct
    from cablegram.registry import drafts as registry

    with session.office.bureau.books.view() as view:
        row = registry.find(view, draft)
    facts = {"draft": row.digest} | ({"reason": reason} if reason else {})
    ask = partial(session.office.room.open, row.digest)
    answer = dict(session.give(OfficeAct.READ_DRAFT.value, facts, (), ask))
    if session.json:
        saying.say_json({"draft": row.digest, **answer})
        return
    for name, value in answer.items():
        if name in {"number", "texts"} or not value:
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        saying.say(f"{name.replace('_', ' '):12} {shown}")
    texts = answer["texts"]
    assert isinstance(texts, list), "the room gives the texts one by one"
    for text in texts:
        saying.say(f"{text['lang']}, {text['role']}")
        for line in str(text["words"]).splitlines():
            saying.say("  " + line)
    saying.tell(
        "if you agree: `cablegram clear {number}`; else `cablegram object {number} --reason ...`",
        number=row.number,
    )


@order("clearing", "cablegram --as makarov office clearing 'top secret' --clearances 2")
@click.argument("level", required=False)
@click.option("--clearances", type=int, help="How many persons must clear.")
@click.option("--by", "named", help="Who may: molotov,role:clearer; anyone but the drafter: any.")
@click.option("--apart/--not-apart", default=None, help="Whether the drafter may release alone.")
@pass_session
def clearing(
    session: Session,
    level: str | None,
    clearances: int | None,
    named: str | None,
    apart: bool | None,
) -> None:
    """Show who must clear what, or settle it for LEVEL; `*` is every level without a rule."""
    from cablegram.model.clearing import ClearingRule
    from cablegram.registry import clearances as registry

    bureau = session.office.bureau
    if level and (clearances, named, apart) != (None, None, None):
        with bureau.books.view() as view:
            now = next((r for r in registry.rules(view) if r.level == level), ClearingRule(level))
        words = {word.strip() for word in (named or "").split(",")} - {"", "any"}
        rule = ClearingRule(
            level,
            now.clearances if clearances is None else clearances,
            now.by if named is None else frozenset(words),
            now.apart if apart is None else apart,
        )
        facts = {"name": f"clearing/{level}", "value": registry.write(rule).decode()}
        session.order("settle", facts)
        saying.tell("settled: clearing/{level}", level=level)
    with bureau.books.view() as view:
        rules = [rule for rule in registry.rules(view) if level in {None, rule.level}]
    if session.json:
        said = [
            {
                "level": rule.level,
                "clearances": rule.clearances,
                "by": sorted(rule.by),
                "apart": int(rule.apart),
            }
            for rule in rules
        ]
        saying.say_json({"clearing": said})
        return
    rows = [
        (r.level, str(r.clearances), r.whom(), sentence("another" if r.apart else "anyone"))
        for r in rules
    ]
    for line in saying.table(("level", "clearances", "by", "released by"), rows):
        saying.say(line)
    if not rows:
        saying.tell("nothing is settled: drafts are released without clearance")


@order("policy", "cablegram --as makarov office policy policy.toml")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@pass_session
def policy(session: Session, file: Path | None) -> None:
    """Show the levels of the office's classification, or settle them out of a TOML file."""
    from cablegram.registry import classifications

    bureau = session.office.bureau
    if file is not None:
        session.order("settle", {"name": "policy/own", "value": _policy_in(file)})
        saying.tell("settled: policy/own")
    with bureau.books.view() as view:
        ours = classifications.own(view, bureau)
    if session.json:
        from cablegram.wire import canonical

        saying.say_json(canonical.decode(classifications.write(ours)) if ours else {})
        return
    if ours is None:
        saying.tell("no policy is settled: any level may be sent")
        return
    saying.say("policy {ours}, the lowest level first", ours=ours.name)
    rows = [
        (
            level.name,
            level.abbreviation or "-",
            str(level.weight),
            ", ".join(level.series) or "any",
            ", ".join(level.equals) or "-",
        )
        for level in ours.levels
    ]
    for line in saying.table(("level", "short", "weight", "series", "equals"), rows):
        saying.say(line)


def _policy_in(file: Path) -> str:
    """The policy that a TOML file says, as it is settled."""
    import tomllib

    from cablegram.cli.telegram import read
    from cablegram.errors import MalformedError
    from cablegram.registry import classifications

    try:
        said = tomllib.loads(read(file).decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MalformedError(
            "{file} is not TOML", hint="See docs/spec/classification.md.", file=file.name
        ) from error
    return classifications.write(classifications.of(said)).decode()


def _speak(session: Session, act: str, named: str, said: dict[str, str]) -> None:
    from cablegram.registry import drafts as registry

    bureau = session.office.bureau
    with bureau.books.view() as view:
        row = registry.find(view, named)
        stands = registry.standing(view, row, bureau)
    done_before = (
        session.person in stands.cleared
        if act == "clear"
        else (session.person, said["reason"]) in stands.objections
    )
    if not done_before:
        session.order(act, {"draft": row.digest, **said})
        with bureau.books.view() as view:
            stands = registry.standing(view, row, bureau)
    if session.json:
        saying.say_json({**_json(stands), "repeat": int(done_before)})
        return
    saying.say("draft {number} {words}", number=row.number, words=_words(stands))
    if done_before:
        saying.tell("this was ordered before, and nothing was done again")


def _words(stands: Standing) -> str:
    """Where a draft stands, in words."""
    if stands.draft.telegram:
        return sentence("is released")
    if stands.objections:
        said = "; ".join(f"{who}: {why}" for who, why in stands.objections)
        return sentence("is stopped: {said}", said=said)
    cleared = (
        sentence("is cleared by {cleared}", cleared=", ".join(stands.cleared))
        if stands.cleared
        else ""
    )
    if stands.lacks and stands.rule is not None:
        waits = sentence(
            "waits for {clearances} of {whom}",
            clearances=many(stands.lacks, "clearance"),
            whom=stands.rule.whom(),
        )
        return sentence("{cleared} and {waits}", cleared=cleared, waits=waits) if cleared else waits
    return (
        sentence("{cleared} and may be released", cleared=cleared)
        if cleared
        else sentence("may be released")
    )


def _json(stands: Standing) -> dict[str, object]:
    row = stands.draft
    return {
        "draft": row.digest,
        "number": row.number,
        "drafter": row.drafter,
        "drafted_at": row.drafted_at,
        "series": row.series,
        "level": row.level,
        "to": row.to.split(" "),
        "state": row.state,
        "cleared": list(stands.cleared),
        "objections": [{"by": who, "reason": why} for who, why in stands.objections],
        "lacks": stands.lacks,
    }


office.add_command(clearing)
office.add_command(policy)

COMMANDS = (drafts, read_draft, clear, object_)

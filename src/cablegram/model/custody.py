"""The custody rules of one numbered copy: which act may follow which, and what it changes.

An act is checked against the copy as it stands and gives the copy as it then stands
(docs/spec/custody.md).  State (where it is), holder (who has it), accountable (which office
answers) and marks are four things.  A clock never changes any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cablegram.errors import CustodyError
from cablegram.model import screens
from cablegram.model.acts import DONE, NEXT, RULES, Act, Fact, Mark, Rule, State, Two
from cablegram.model.facts import check_facts
from cablegram.sentences import sentence, term

_Changes = dict[str, Any]
"""Fields of a copy by name, as ``dataclasses.replace`` takes them."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as it stands: a projection of its leaves, kept beside them.

    ``handle`` is its random name on the ledger; ``seq`` counts its leaves.  ``holder`` is a
    person while ISSUED and an office while IN_TRANSIT, WITH_OFFICE or DISPUTED.  ``due_at`` is when
    the holder must bring it back, ``limit_at`` when we must (the term above ours), each with
    its place; for a copy born here and sent elsewhere, ``limit_at`` is what that office was
    told.  ``owner`` is the office it was accepted from, empty for a copy born here, with that
    office's cable and copy numbers.  ``proxy`` is who took it for its holder, ``waiver`` the
    standing order under which it was verified.  ``owner_number`` and ``dated_at`` are what a
    paper from an office without Cablegram bears: its number as it is written, its day.
    ``screen`` is whom a copy for the screen is sealed to, as long as it can still open.
    """

    handle: str
    telegram: str
    number: int
    made: int
    whom: str
    state: State
    accountable: str
    series: str
    seq: int = 1
    holder: str = ""
    kept_state: str = ""
    marks: str = ""
    sheets: int = 0
    print_number: int = 0
    printed_by: str = ""
    due_at: str = ""
    return_to: str = ""
    limit_at: str = ""
    limit_to: str = ""
    owner: str = ""
    owner_cable: int = 0
    owner_copy: int = 0
    incoming: str = ""
    their_incoming: str = ""
    place: str = ""
    classification: str = ""
    proxy: str = ""
    waiver: str = ""
    short_content: str = ""
    owner_number: str = ""
    dated_at: str = ""
    screen: str = ""

    def has(self, mark: Mark) -> bool:
        """Whether the mark is set."""
        return mark.value in self.marks.split()


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules ask about beside the copy: who acts, in which office, and who may not.

    ``barred`` are the persons who opened or printed the telegram: none of them verifies it.
    ``name`` is what the copy goes by here, for what a refusal says.
    """

    office: str
    officer: str
    second: str = ""
    two_by_series: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    extra: bool = False
    name: str = ""

    def named(self, copy: Copy) -> str:
        """The copy as people name it; by its number alone where nobody said how they do."""
        return self.name or sentence("copy {number}", number=copy.number)


def decide(copy: Copy, act: Act, facts: Mapping[str, Fact], situation: Situation) -> Copy:
    """The copy after the act, if the table and the copy as it stands allow it.

    For ``allot`` and ``accept`` give the new copy in its first state; they are
    checked by ``begin``.

    Raises:
        CustodyError: the state does not admit the act, a fact is missing or too much, or a
            second person must order it too.
    """
    rule = RULES[act]
    name = situation.named(copy)
    if copy.state not in rule.sources:
        raise CustodyError(
            "{name} cannot be {done}: it is {words}",
            hint=NEXT[copy.state],
            holder=copy.holder,
            accountable=copy.accountable,
            name=name,
            done=DONE[act],
            words=words(copy),
        )
    check_facts(name, rule, facts)
    _check_two(name, rule, situation)
    screens.check(copy, act, facts, situation.officer, name)
    guard = _GUARDS.get(act)
    if guard is not None:
        guard(copy, facts, situation)
    effect = _EFFECTS.get(act)
    changes = {} if effect is None else effect(copy, facts, situation)
    changed = {"state": rule.target or copy.state, "seq": copy.seq + 1, **changes}
    return replace(copy, **{**changed, **screens.after(copy, act, changed)})


def begin(copy: Copy, act: Act, facts: Mapping[str, Fact], situation: Situation) -> Copy:
    """Check the act that makes a copy: ``allot`` here, ``accept`` from elsewhere."""
    rule = RULES[act]
    assert not rule.sources, "begin is for acts that make a copy"
    assert copy.state is rule.target
    assert copy.seq == 1, "a copy begins with its first leaf"
    check_facts(situation.named(copy), rule, facts)
    if situation.extra:
        if not facts.get("consent"):
            raise CustodyError(
                "{name} would be made without the originator's consent",
                hint="Ask the originator, and name what they answered.",
                name=situation.named(copy),
            )
        _check_two(situation.named(copy), rule, situation)
    return copy


def numbered(copy: Copy) -> str:
    """Its number among those made: "2 of 4"; of one from elsewhere we know its number alone."""
    said = sentence("{number} of {made}", number=copy.number, made=copy.made)
    return said if copy.made else str(copy.number)


def words(copy: Copy) -> str:
    """Where the copy is, in words: "issued to molotov", "missing"."""
    said = _WORDS.get(copy.state, term(copy.state))
    return sentence(said, holder=copy.holder, accountable=copy.accountable)


def _check_two(name: str, rule: Rule, situation: Situation) -> None:
    needed = rule.two is Two.ALWAYS or (
        rule.two is Two.SERIES and rule.act.value in situation.two_by_series
    )
    if needed and not situation.second:
        raise CustodyError(
            "{name}: {act} takes two persons, and one ordered it",
            hint="Have a second officer sign the same order.",
            name=name,
            act=rule.act,
        )
    if situation.second and situation.second == situation.officer:
        raise CustodyError(
            "{name}: {officer} cannot be the second person to their own order",
            hint="Have another officer sign.",
            name=name,
            officer=situation.officer,
        )


def _guard_verify(copy: Copy, facts: Mapping[str, Fact], situation: Situation) -> None:
    if situation.officer in situation.barred and not facts.get("waiver"):
        raise CustodyError(
            "{name} cannot be verified by {officer}, who opened or printed it",
            hint="Have an officer verify it who did neither.",
            name=situation.named(copy),
            officer=situation.officer,
        )


def _guard_sheets(copy: Copy, facts: Mapping[str, Fact], situation: Situation) -> None:
    if _count(facts, "sheets") > copy.sheets:
        raise CustodyError(
            "{name} has {sheets} sheets, and {sheets2} were counted",
            hint="Count again; a sheet that was missing comes back by replace_sheet.",
            name=situation.named(copy),
            sheets=copy.sheets,
            sheets2=facts["sheets"],
        )


def _guard_issue(copy: Copy, facts: Mapping[str, Fact], situation: Situation) -> None:
    if facts.get("sheets", copy.sheets) != copy.sheets:
        raise CustodyError(
            "{name} has {sheets} sheets in the books, and {sheets2} were counted out",
            hint="Count again; what is missing is recorded by miss, or by replace_sheet.",
            name=situation.named(copy),
            sheets=copy.sheets,
            sheets2=facts["sheets"],
        )


def _guard_replace(copy: Copy, facts: Mapping[str, Fact], situation: Situation) -> None:
    if not facts.get("spoiled"):
        return
    if not facts.get("method"):
        raise CustodyError(
            "{name}: spoiled sheets are destroyed, and nobody said how",
            hint="Give the method.",
            name=situation.named(copy),
        )
    if not situation.second:
        raise CustodyError(
            "{name}: destroying spoiled sheets takes two persons, and one ordered it",
            hint="Have a second officer sign the same order.",
            name=situation.named(copy),
        )


def _guard_destroy(copy: Copy, facts: Mapping[str, Fact], situation: Situation) -> None:
    if copy.has(Mark.INCOMPLETE):
        raise CustodyError(
            "{name} is short of a sheet and cannot be destroyed as if it were whole",
            hint="Record the sheet with replace_sheet, or declare the copy missing, then lost.",
            name=situation.named(copy),
        )
    if facts["sheets"] != copy.sheets:
        raise CustodyError(
            "{name} has {sheets} sheets in the books, and {sheets2} were counted",
            hint="Find the sheets, or record what is missing first.",
            name=situation.named(copy),
            sheets=copy.sheets,
            sheets2=facts["sheets"],
        )


def _guard_receipted(copy: Copy, _: Mapping[str, Fact], situation: Situation) -> None:
    if copy.owner and copy.holder == copy.owner:
        raise CustodyError(
            "{name} is on its way to its owner {owner}",
            hint="Record that it was given back.",
            name=situation.named(copy),
            owner=copy.owner,
        )


def _guard_give_back(copy: Copy, _: Mapping[str, Fact], situation: Situation) -> None:
    if not copy.owner:
        raise CustodyError(
            "{name} is ours, and is given back to nobody",
            hint="Record the receipt of the office that has it.",
            name=situation.named(copy),
        )


def _guard_mark(mark: Mark) -> Callable[[Copy, Mapping[str, Fact], Situation], None]:
    def guard(copy: Copy, _: Mapping[str, Fact], situation: Situation) -> None:
        if not copy.has(mark):
            raise CustodyError(
                "{name} does not bear the mark {mark}",
                hint="Set the mark before clearing it.",
                name=situation.named(copy),
                mark=mark,
            )

    return guard


def _with(marks: str, mark: Mark) -> str:
    return " ".join(sorted({*marks.split(), mark.value}))


def _without(marks: str, mark: Mark) -> str:
    return " ".join(sorted({*marks.split()} - {mark.value}))


def _count(facts: Mapping[str, Fact], name: str) -> int:
    value = facts[name]
    assert isinstance(value, int), "facts are checked before an act has its effect"
    return value


def _effect_back(copy: Copy, facts: Mapping[str, Fact], situation: Situation) -> _Changes:
    sheets = _count(facts, "sheets")
    marks = _without(copy.marks, Mark.ON_RECALL)
    changes: _Changes = {
        "marks": _with(marks, Mark.INCOMPLETE) if sheets < copy.sheets else marks,
        "sheets": sheets,
        "holder": "",
        "accountable": situation.office,
        "due_at": "",
        "return_to": "",
        "their_incoming": "",
        "proxy": "",
    }
    # What we told another office ends with its return; what our owner told us does not.
    return changes if copy.owner else {**changes, "limit_at": "", "limit_to": ""}


def _effect_issue(_: Copy, facts: Mapping[str, Fact], __: Situation) -> _Changes:
    return {
        "holder": facts["holder"],
        "due_at": facts["due_at"],
        "return_to": facts["return_to"],
        "place": "",
        "proxy": facts.get("proxy", ""),
    }


def _effect_show(copy: Copy, facts: Mapping[str, Fact], _: Situation) -> _Changes:
    sheets = _count(facts, "sheets")
    marks = _with(copy.marks, Mark.INCOMPLETE) if sheets < copy.sheets else copy.marks
    return {"sheets": sheets, "marks": marks}


def _effect_hand_over(copy: Copy, facts: Mapping[str, Fact], situation: Situation) -> _Changes:
    return {"holder": facts["holder"], "proxy": "", **_effect_show(copy, facts, situation)}


def _effect_dispatch(copy: Copy, facts: Mapping[str, Fact], _: Situation) -> _Changes:
    sent: _Changes = {"holder": facts["office"], "due_at": facts["due_at"], "place": ""}
    if copy.owner:
        return sent
    return {
        **sent,
        "limit_at": facts.get("limit_at", ""),
        "limit_to": facts.get("limit_to", ""),
    }


def _effect_there(copy: Copy, facts: Mapping[str, Fact], _: Situation) -> _Changes:
    return {
        "accountable": copy.holder,
        "their_incoming": facts.get("incoming", ""),
        "due_at": copy.limit_at,
        "return_to": copy.limit_to,
    }


def _effect_end(_: Copy, __: Mapping[str, Fact], ___: Situation) -> _Changes:
    ended = ("holder", "due_at", "return_to", "limit_at", "limit_to", "place", "proxy")
    return dict.fromkeys(ended, "")


def _effect_given_back(copy: Copy, facts: Mapping[str, Fact], situation: Situation) -> _Changes:
    return {**_effect_end(copy, facts, situation), "accountable": copy.holder}


def _effect_print(_: Copy, facts: Mapping[str, Fact], situation: Situation) -> _Changes:
    return {
        "print_number": facts["print_number"],
        "sheets": facts["sheets"],
        "printed_by": situation.officer,
        "screen": facts.get("screen", ""),
    }


def _effect_extend(copy: Copy, facts: Mapping[str, Fact], _: Situation) -> _Changes:
    return {"due_at": facts["due_at"], "limit_at": facts.get("limit_at") or copy.limit_at}


def _effect_recall(copy: Copy, facts: Mapping[str, Fact], _: Situation) -> _Changes:
    return {
        "marks": _with(copy.marks, Mark.ON_RECALL),
        "due_at": facts.get("due_at") or copy.due_at,
    }


_Effect = Callable[[Copy, Mapping[str, Fact], Situation], _Changes]

_EFFECTS: Mapping[Act, _Effect] = {
    Act.PRINT: _effect_print,
    Act.REPRINT: lambda _, __, ___: {"print_number": 0, "sheets": 0, "printed_by": ""},
    Act.VERIFY: lambda _, f, __: {"waiver": f.get("waiver", "")},
    Act.ISSUE: _effect_issue,
    Act.HAND_OVER: _effect_hand_over,
    Act.SHOW: _effect_show,
    Act.EXTEND: _effect_extend,
    Act.RECALL: _effect_recall,
    Act.REGRADE: lambda _, f, __: {"classification": f["classification"]},
    Act.REPLACE_SHEET: lambda c, f, _: {
        "sheets": f["sheets"],
        "marks": _without(c.marks, Mark.INCOMPLETE),
    },
    Act.DESCRIBE: lambda _, f, __: {"short_content": f["content"]},
    Act.RETURN: _effect_back,
    Act.FILE: lambda _, f, __: {"place": f["place"]},
    Act.CHARGE_OUT: lambda _, __, ___: {"place": ""},
    Act.DISPATCH: _effect_dispatch,
    Act.RECEIPTED: _effect_there,
    Act.SETTLE_THERE: _effect_there,
    Act.SETTLE_BACK: _effect_back,
    Act.COME_BACK: _effect_back,
    Act.GIVE_BACK: _effect_given_back,
    Act.REPORT_DESTROYED: _effect_end,
    Act.DESTROY: _effect_end,
    Act.MISS: lambda c, _, __: {"kept_state": c.state.value},
    Act.FIND: lambda c, _, __: {"state": State(c.kept_state), "kept_state": ""},
    Act.COMPROMISE: lambda c, _, __: {"marks": _with(c.marks, Mark.COMPROMISED)},
    Act.CONTAIN: lambda c, _, __: {"marks": _without(c.marks, Mark.COMPROMISED)},
    Act.DECLASSIFY: lambda c, _, __: {"marks": _with(c.marks, Mark.DECLASSIFIED)},
    Act.CANCEL: lambda c, _, __: {"marks": _with(c.marks, Mark.CANCELLED)},
}
"""What each act changes beside state and seq, from the copy as it stood."""

_GUARDS: Mapping[Act, Callable[[Copy, Mapping[str, Fact], Situation], None]] = {
    Act.VERIFY: _guard_verify,
    Act.ISSUE: _guard_issue,
    Act.SHOW: _guard_sheets,
    Act.REPLACE_SHEET: _guard_replace,
    Act.RETURN: _guard_sheets,
    Act.COME_BACK: _guard_sheets,
    Act.SETTLE_BACK: _guard_sheets,
    Act.HAND_OVER: _guard_sheets,
    Act.DESTROY: _guard_destroy,
    Act.RECEIPTED: _guard_receipted,
    Act.GIVE_BACK: _guard_give_back,
    Act.CONTAIN: _guard_mark(Mark.COMPROMISED),
}

_WORDS: Mapping[State, str] = {
    State.ISSUED: sentence("issued to {holder}"),
    State.IN_TRANSIT: sentence("in transit to {holder}"),
    State.WITH_OFFICE: sentence("with {holder}"),
    State.DISPUTED: sentence("disputed with {holder}"),
    State.IN_REGISTRY: sentence("in the registry"),
    State.GIVEN_BACK: sentence("given back to {accountable}"),
}

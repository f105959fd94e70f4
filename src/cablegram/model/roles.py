"""Roles: which officers may order which act (docs/spec/roles.md, "The table").

A role says what its holder answers for.  An appointment names one or more of them; the act
is allowed if one of them may order it.  The two-person rule and the rules of custody are asked
beside this and stay as they are.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError, OrderError
from cablegram.model.acts import Act
from cablegram.model.orders import OfficeAct, act_named
from cablegram.sentences import all_of, any_of, term

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(StrEnum):
    """What an officer answers for."""

    CHIEF = "chief"
    OFFICER = "officer"
    DRAFTER = "drafter"
    CLEARER = "clearer"
    RELEASER = "releaser"
    CIPHER_OFFICER = "cipher-officer"
    PRINTER = "printer"
    VERIFIER = "verifier"
    REGISTRAR = "registrar"
    CUSTODIAN = "custodian"
    ALTERNATE = "alternate"
    READER = "reader"
    PROXY = "proxy"
    INSPECTOR = "inspector"
    ARCHIVIST = "archivist"


ROLES_MAX = 8
"""The most roles one appointment names."""

SILENT = frozenset({Role.READER, Role.PROXY})
"""Roles that second nobody: theirs is to have a copy, not to answer for one."""

_R = Role
_REGISTRY = frozenset({_R.REGISTRAR, _R.CUSTODIAN, _R.ALTERNATE})
_READING = _REGISTRY | {_R.READER}
_ROOM = frozenset({_R.CIPHER_OFFICER})
_PRINT = frozenset({_R.PRINTER, _R.CIPHER_OFFICER})
_CHIEF_ALONE: frozenset[Role] = frozenset()
_ANYONE = frozenset(Role) - SILENT
_EVERYBODY = frozenset(Role)

_BEYOND: Mapping[str, frozenset[Role]] = {
    Act.ALLOT.value: _REGISTRY | _ROOM,
    Act.ACCEPT.value: _REGISTRY,
    Act.VOID.value: _REGISTRY | _ROOM,
    Act.PRINT.value: _PRINT,
    Act.REPRINT.value: _PRINT,
    Act.VERIFY.value: frozenset({_R.VERIFIER}),
    Act.ISSUE.value: _REGISTRY,
    Act.READ.value: _READING | {_R.PROXY},
    Act.ANNOTATE.value: _READING,
    Act.FULFIL.value: _READING,
    Act.HAND_OVER.value: _READING,
    Act.EXTEND.value: _REGISTRY,
    Act.RECALL.value: _REGISTRY,
    Act.REGRADE.value: _CHIEF_ALONE,
    Act.REPLACE_SHEET.value: _REGISTRY | _PRINT,
    Act.DESCRIBE.value: _REGISTRY | {_R.ARCHIVIST},
    Act.RETURN.value: _REGISTRY,
    Act.FILE.value: _REGISTRY | {_R.ARCHIVIST},
    Act.CHARGE_OUT.value: _REGISTRY | {_R.ARCHIVIST},
    Act.DISPATCH.value: _REGISTRY,
    Act.RECEIPTED.value: _REGISTRY,
    Act.DISPUTE.value: _REGISTRY,
    Act.SETTLE_THERE.value: _REGISTRY,
    Act.SETTLE_BACK.value: _REGISTRY,
    Act.COME_BACK.value: _REGISTRY,
    Act.GIVE_BACK.value: _REGISTRY,
    Act.REPORT_DESTROYED.value: _REGISTRY,
    Act.DESTROY.value: _REGISTRY,
    Act.MISS.value: _REGISTRY | {_R.INSPECTOR},
    Act.DECLARE_LOST.value: _CHIEF_ALONE,
    Act.FIND.value: _REGISTRY | {_R.INSPECTOR},
    Act.COMPROMISE.value: _ANYONE,
    Act.CONTAIN.value: _CHIEF_ALONE,
    Act.DECLASSIFY.value: frozenset({_R.ARCHIVIST}),
    Act.SHOW.value: _REGISTRY,
    Act.CORRECT.value: _REGISTRY | _ROOM,
    Act.ROUTE.value: _REGISTRY,
    Act.CANCEL.value: _REGISTRY,
    OfficeAct.APPOINT.value: _CHIEF_ALONE,
    OfficeAct.RELIEVE.value: _CHIEF_ALONE,
    OfficeAct.WAIVE.value: _CHIEF_ALONE,
    OfficeAct.UNWAIVE.value: _CHIEF_ALONE,
    OfficeAct.PROXY.value: _REGISTRY | {_R.READER},
    OfficeAct.UNPROXY.value: _REGISTRY | {_R.READER},
    OfficeAct.ENROL.value: _EVERYBODY,
    OfficeAct.UNENROL.value: _EVERYBODY,
    OfficeAct.CORRESPOND.value: _ROOM,
    OfficeAct.SETTLE.value: _CHIEF_ALONE,
    OfficeAct.CHARGE.value: _REGISTRY,
    OfficeAct.DRAFT.value: frozenset({_R.DRAFTER, _R.CLEARER, _R.RELEASER}),
    OfficeAct.CLEAR.value: frozenset({_R.CLEARER, _R.RELEASER}),
    OfficeAct.OBJECT.value: frozenset({_R.CLEARER, _R.RELEASER}),
    OfficeAct.RELEASE.value: frozenset({_R.RELEASER}),
    OfficeAct.OPEN.value: _ROOM,
    OfficeAct.MUSTER.value: _REGISTRY | {_R.INSPECTOR},
    OfficeAct.OPEN_MUSTER.value: _REGISTRY | {_R.INSPECTOR},
    OfficeAct.SIGHT.value: _REGISTRY | {_R.INSPECTOR},
    OfficeAct.CLOSE_MUSTER.value: _REGISTRY | {_R.INSPECTOR},
    OfficeAct.CALL_MUSTER.value: _REGISTRY | {_R.INSPECTOR},
    OfficeAct.MATCH_MUSTER.value: _REGISTRY | {_R.INSPECTOR},
    OfficeAct.ALARM.value: _REGISTRY | _ROOM,
    OfficeAct.RESTORE.value: _CHIEF_ALONE,
    OfficeAct.STAND.value: _REGISTRY | _ROOM,
    OfficeAct.RESUME.value: _CHIEF_ALONE,
    OfficeAct.CONTEST.value: _REGISTRY,
    OfficeAct.AGREE.value: _REGISTRY,
    OfficeAct.INQUIRE.value: _REGISTRY | {_R.INSPECTOR},
    OfficeAct.FINDING.value: _REGISTRY | {_R.INSPECTOR},
    OfficeAct.RULE.value: _CHIEF_ALONE,
    OfficeAct.NOTICE.value: _REGISTRY,
    OfficeAct.ASK.value: _REGISTRY,
    OfficeAct.NOTIFY.value: _CHIEF_ALONE,
    OfficeAct.SET_ASIDE.value: _REGISTRY,
    OfficeAct.READ_NOTE.value: _REGISTRY | _ROOM,
    OfficeAct.READ_DRAFT.value: frozenset({_R.DRAFTER, _R.CLEARER, _R.RELEASER}),
    OfficeAct.REFER.value: _REGISTRY,
    OfficeAct.TRACE.value: _REGISTRY,
    OfficeAct.ANSWER.value: _REGISTRY,
    OfficeAct.HAND_WATCH.value: _REGISTRY | _ROOM,
    OfficeAct.TAKE_WATCH.value: _REGISTRY | _ROOM,
    OfficeAct.TAKE_CHARGE.value: frozenset({_R.CUSTODIAN, _R.ALTERNATE}),
    OfficeAct.CLOSE_YEAR.value: _REGISTRY,
    OfficeAct.REVIEW.value: frozenset({_R.ARCHIVIST}),
    OfficeAct.BACK_UP.value: _REGISTRY | _ROOM,
}
"""Who may order an act beside the chief, who may order all, and the officer of a small post."""

NOT_IN_A_SMALL_POST = frozenset({OfficeAct.APPOINT.value, OfficeAct.RELIEVE.value})
"""Acts that the all-round role ``officer`` does not order: they make and end officers."""

WAIVED_BY_CHIEF = frozenset({OfficeAct.WAIVE.value, OfficeAct.UNWAIVE.value})
"""Standing orders of the chief: no officer of a small post lets themselves off."""

MAY: Mapping[str, frozenset[Role]] = {
    act: roles
    | {_R.CHIEF}
    | ({_R.OFFICER} if act not in NOT_IN_A_SMALL_POST | WAIVED_BY_CHIEF else frozenset())
    for act, roles in _BEYOND.items()
}
"""For every act that can be ordered, the roles that may order it."""

MATTERS: Mapping[str, frozenset[Role]] = {
    "cover": _REGISTRY | _ROOM | {_R.CHIEF, _R.OFFICER},
    "person": _REGISTRY | _ROOM | {_R.CHIEF, _R.OFFICER},
    "heading": _REGISTRY | _ROOM | {_R.CHIEF, _R.OFFICER},
}
"""Matters that more than the chief may settle; the part of their name before the slash."""


def read_roles(text: str) -> frozenset[Role]:
    """The roles that an appointment names, one blank between them.

    Raises:
        MalformedError: there is no such role, none at all, or they are not in order.
    """
    try:
        roles = frozenset(Role(word) for word in text.split(" "))
    except ValueError as exc:
        raise MalformedError(
            "there is no role {text!r}", hint="Use {role}.", text=text, role=", ".join(sorted(Role))
        ) from exc
    if write_roles(roles) != text or len(roles) > ROLES_MAX:
        raise MalformedError(
            "the roles {text!r} are not named in order, each once",
            hint="Write {roles!r}, {roles_max} at most.",
            text=text,
            roles=write_roles(roles),
            roles_max=ROLES_MAX,
        )
    return roles


def write_roles(roles: frozenset[Role]) -> str:
    """Roles as an appointment spells them: in order of the alphabet, one blank between."""
    return " ".join(sorted(roles))


def check_may(person: str, roles: frozenset[Role], act: str, matter: str = "") -> None:
    """Refuse an act that none of the person's roles may order.

    ``matter`` is what a ``settle`` is about: ``cover/Filippov``.

    Raises:
        OrderError: who may.
    """
    allowed = MAY[act]
    if act == OfficeAct.SETTLE:
        allowed = MATTERS.get(matter.partition("/")[0], allowed)
    if not roles & allowed:
        raise OrderError(
            "{person} is {roles} here, and may not order {act}",
            hint="Have it ordered by the {listed}.",
            person=person,
            roles=all_of(map(term, sorted(roles, key=list(Role).index))),
            act=act_named(act),
            listed=any_of(term(role) for role in Role if role in allowed),
        )


def check_may_second(person: str, roles: frozenset[Role]) -> None:
    """Refuse a second whose roles answer for nothing.

    Raises:
        OrderError: a reader or proxy and nothing beside it.
    """
    if roles <= SILENT:
        raise OrderError(
            "{person} is {roles} here, and seconds nothing",
            hint="Have an officer of the office sign second.",
            person=person,
            roles=all_of(map(term, sorted(roles, key=list(Role).index))),
        )

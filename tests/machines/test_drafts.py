"""The life of a draft: drafted, cleared, objected to, withdrawn, released, by every role.

The machine's model is the page docs/spec/clearing.md in a few lines; each order is predicted
before it is given, and what is refused changes nothing.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cablegram.errors import CablegramError
from cablegram.model.clearing import ClearingRule
from cablegram.model.handling import Precedence
from cablegram.registry import clearances, drafts, entries, orders
from cablegram.wire import draft as draft_format
from cablegram.wire.letter import Part
from cablegram.wire.wording import Addressee
from offices import digest, found

SOAK = bool(os.environ.get("CABLEGRAM_SOAK"))
LIFE = {
    "deadline": None,
    "max_examples": 120 if SOAK else 12,
    "stateful_step_count": 50 if SOAK else 30,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.reuse, Phase.generate, *([Phase.shrink] if SOAK else [])],
}
ROLES = {
    "chief": "chief",
    "makarov": "officer",
    "vaganov": "officer",
    "liu": "drafter",
    "wang": "clearer",
    "zhou": "releaser",
    "chen": "registrar",
    "lev": "reader",
}
MAY = {
    "draft": {"chief", "officer", "drafter", "clearer", "releaser"},
    "clear": {"chief", "officer", "clearer", "releaser"},
    "object": {"chief", "officer", "clearer", "releaser"},
    "release": {"chief", "officer", "releaser"},
}
"""docs/spec/roles.md, by hand."""
LEVELS = ("secret", "top secret")
PERSONS = st.sampled_from(sorted(ROLES))
NAMED = st.sets(st.sampled_from(["wang", "zhou", "makarov", "role:clearer", "role:chief"]))


@dataclass
class Draft:
    """A draft as the model has it: who drafted it, and the latest word of each person."""

    digest: str
    drafter: str
    level: str
    words: dict = field(default_factory=dict)
    released: bool = False


class Drafts(RuleBasedStateMachine):
    """One office whose rules of clearing change while drafts are under way."""

    def __init__(self):
        super().__init__()
        self.office = found()
        for person, role in ROLES.items():
            if role not in {"chief", "officer"}:
                self.office.appoint(person, role=role, by="chief", two="makarov")
        self.drafts = []
        self.rules = {}

    # --- what is ordered ----------------------------------------------------------------------

    @rule(
        level=st.sampled_from([*LEVELS, "*"]),
        count=st.integers(0, 2),
        by=NAMED,
        apart=st.booleans(),
    )
    def settle(self, level, count, by, apart):
        """Another rule for a level; that of the moment of release counts."""
        self.rules[level] = ClearingRule(level, count, frozenset(by), apart)
        value = clearances.write(self.rules[level]).decode()
        self.office.give("settle", {"name": f"clearing/{level}", "value": value})

    @rule(by=PERSONS, level=st.sampled_from(LEVELS))
    def draft(self, by, level):
        """Whoever may draft does; every draft is another, whatever it says."""
        sealed = self.office.bureau.blobs.put(f"draft {len(self.drafts)} {by}".encode())
        facts = {"draft": sealed, "series": "T", "level": level, "to": "beijing"}
        with self.predicted(self.may(by, "draft")):
            self.office.give("draft", facts, by=by)
        if self.may(by, "draft"):
            self.drafts.append(Draft(sealed, by, level))

    @rule(by=PERSONS, pick=st.integers(0, 99), act=st.sampled_from(["clear", "object"]))
    def speak(self, by, pick, act):
        """Clear or object: the latest word of a person counts, and takes back the one before."""
        if not self.drafts:
            return
        one = self.drafts[pick % len(self.drafts)]
        allowed = self.may(by, act) and not one.released
        if act == "clear":
            rule_ = self.rule_of(one.level)
            allowed = allowed and by != one.drafter and (rule_ is None or self.named(rule_, by))
        facts = {"draft": one.digest, **({"reason": "no"} if act == "object" else {})}
        with self.predicted(allowed):
            self.office.give(act, facts, by=by)
        if allowed:
            one.words[by] = act

    @rule(by=PERSONS, two=st.one_of(st.just(""), PERSONS), pick=st.integers(0, 99))
    def release(self, by, two, pick):
        """What the room asks and does on the page that takes the number."""
        if not self.drafts or by == two:
            return
        one = self.drafts[pick % len(self.drafts)]
        allowed = self.may_release(one, by, two)
        signed = [self.office.sign("release", {"draft": one.digest}, by=by)]
        if two:
            signed.append(self.office.second(signed[0], by=two))
        with self.predicted(allowed), self.office.page() as page:
            given = orders.check(page, signed, self.office.bureau)
            drafts.check_release(page, said(one.level), given, self.office.bureau)
            index = entries.size(page)
            drafts.released(page, given, f"{len(self.drafts):032}", self.office.bureau)
            orders.keep(page, given, index)
        one.released = one.released or allowed

    # --- the model ----------------------------------------------------------------------------

    def may(self, person, act):
        return ROLES[person] in MAY[act]

    def named(self, rule_, person):
        return not rule_.by or bool({person, f"role:{ROLES[person]}"} & rule_.by)

    def rule_of(self, level):
        """Its own; else that of the level below; else that of every level."""
        below = LEVELS[: LEVELS.index(level) + 1][::-1]
        return next((self.rules[name] for name in (*below, "*") if name in self.rules), None)

    def may_release(self, one, by, two):
        if one.released or not self.may(by, "release") or ROLES.get(two) == "reader":
            return False
        if "object" in one.words.values():
            return False
        rule_ = self.rule_of(one.level)
        if rule_ is None:
            return True
        cleared = [
            who
            for who, word in one.words.items()
            if word == "clear" and who != one.drafter and self.named(rule_, who)
        ]
        apart = not rule_.apart or bool({by, two} - {"", one.drafter})
        return len(cleared) >= rule_.clearances and apart

    @contextmanager
    def predicted(self, allowed):
        """What is done inside is refused exactly where the model says, and then changes nothing."""
        before, caught = self.office.dump(), []
        try:
            yield
        except CablegramError as error:
            caught.append(error)
        assert allowed is not bool(caught), caught or "the model refuses it"
        assert allowed or before == self.office.dump(), "a refusal changed the books"

    # --- what holds after every step ----------------------------------------------------------

    @invariant()
    def the_books_stand_where_the_model_does(self):
        """State, clearances that count and objections, by the orders behind the leaves."""
        with self.office.view() as view:
            for one in self.drafts:
                row = view.drafts.get(one.digest)
                now = drafts.standing(view, row, self.office.bureau)
                objecting = {who for who, word in one.words.items() if word == "object"}
                assert (one.drafter, one.released) == (row.drafter, row.state == drafts.RELEASED)
                assert objecting == {who for who, _ in now.objections}
                rule_ = self.rule_of(one.level)
                counted = {
                    who
                    for who, word in one.words.items()
                    if word == "clear" and (rule_ is None or self.named(rule_, who))
                }
                assert counted == set(now.cleared)

    @invariant()
    def a_release_is_the_last_of_its_leaves(self):
        """Nothing is said of a draft after its number was taken."""
        acts = {}
        for _, entry in self.office.leaves():
            if entry.kind == "draft":
                acts.setdefault(entry.subject, []).append(entry.act)
        for said_ in acts.values():
            assert "draft" == said_[0]
            assert "release" not in said_[:-1]


def said(level):
    """What the draft says, deciphered."""
    return draft_format.Draft(
        kind="telegram",
        signatory="Mao Zedong",
        series="T",
        level=level,
        precedence_action=Precedence.ROUTINE,
        precedence_info=Precedence.ROUTINE,
        addressees=(Addressee("Filippov", "action"),),
        zone="Asia/Shanghai",
        parts=(Part("body.en.md", "original", "en", "text/markdown", 7, digest("words")),),
        to=("beijing",),
    )


def test_drafts_are_released_as_their_classification_asks():
    """Every order of every role from every state does what the page says, or is refused."""
    run_state_machine_as_test(Drafts, settings=settings(**LIFE))

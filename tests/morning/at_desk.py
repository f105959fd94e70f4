"""The slips done at the desk: what is scanned and typed on the line, and which forms are filled.

``Desk`` says what a registrar does for each slip, whatever hand does it: ``hands.Hand`` in this
process, or a real keyboard in a real browser.  Codes are scanned off the sheets and cost no key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cablegram.model import check
from morning.typed import MONTHS, ident, short

if TYPE_CHECKING:
    from collections.abc import Callable

    from hands import Hand
    from morning.day import Day
    from morning.paper_list import Slip


def day_of(words: str) -> str:
    day, month = words.split()
    return f"{int(day)}.{MONTHS[month]}"


@dataclass
class AtDesk:
    """The day's people at the desk; ``hand`` gives the hand of a person."""

    day: Day
    hand: Callable[[str], Hand]
    keeper: str = "weber"
    sheets: dict[str, int] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    whom: dict[str, str] = field(default_factory=dict)
    batch: list[Slip] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def code(self, name: str) -> str:
        """What a scanner types for a copy; a paper's number is typed with its characters."""
        if "/" in name:
            return check.code("centre", *map(int, name.split("/")))
        return f"{name}-{check.of_name('centre', name)}"

    def scan(self, hand: Hand, slip: Slip, *names: str) -> None:
        """Each off its sheet; what is refused is remembered for its slip."""
        for name in names:
            said = hand.scans_(self.code(name)) if "/" in name else hand.types(self.code(name))
            one = said["told"][0]
            if one["kind"] not in {"taken", "overdue"} or not one["stays"]:
                self.refused.setdefault(slip.number, []).append(one)

    def count(self, name: str, said: dict[str, str]) -> int:
        return int(said.get("sheets") or self.sheets.get(name, 2))

    def counted(self, verb: str, slip: Slip, *names: str, more: str = "") -> None:
        """Copies under a verb that counts sheets: one verb for those of one count."""
        hand = self.hand(self.keeper)
        counts = {self.count(name, slip.said) for name in names}
        for count in sorted(counts):
            hand.types(f"{verb} {count}{more}")
            these = [n for n in names if self.count(n, slip.said) == count]
            for name in these:
                self.scan(hand, slip, name)
                if slip.kind == "short return":  # the books have two: counted twice over
                    hand.types(f"={count}")
                    hand.types(f"={count}")
        hand.closes()

    def second(self, person: str) -> None:
        """The second person signs what waits."""
        hand = self.hand(person)
        hand.page("/seconds", keys=2)
        hand.presses("/seconds/{}/sign")

    def do(self, slip: Slip, after: Slip | None) -> None:
        """Everything that is done at the desk for one slip."""
        name = "_" + re.sub(r"[ ,]+", "_", slip.kind)
        getattr(self, name)(slip, after)

    # --- in -------------------------------------------------------------------------------------

    def _telegram(self, slip: Slip, after: Slip | None) -> None:
        s = slip.said
        whom = [w.title() if w != "file" else w for w in s["whom"].split(", ")]
        self.day.send(ident(s["office"]), whom, s["about"], flash="flash" in s)
        self.batch.append(slip)
        self.theirs[s["ours"]] = s["theirs"]
        for n, name in enumerate(s["whom"].split(", "), 1):
            self.whom[f"{s['ours']}/{n}"] = name
        if after is not None and after.kind == "telegram" and after.at == slip.at:
            return
        self.hand(self.keeper).presses("/carrying/in")
        self.hand("ott").presses("/room/open")
        self.hand("ott").presses("/room/print")
        quist = self.hand("quist")
        quist.types("R")
        for one in self.batch:
            for n in range(1, len(one.said["whom"].split(", ")) + 1):
                self.scan(quist, slip, f"{one.said['ours']}/{n}")
        quist.closes()
        for one in self.batch:
            number = one.said["ours"]
            keeper = self.hand(self.keeper)
            keeper.fills("describe", f"telegram={number}", content=one.said["about"])
        self.batch = []

    def _paper(self, slip: Slip, _: Slip | None) -> None:
        s = slip.said
        self.sheets[s["ours"]] = int(s["sheets"])
        day, month = s["dated"].split()
        self.hand(self.keeper).fills(
            "accept",
            owner=s["office"].lower()[:4].rstrip(),
            owner_number=s["theirs"],
            dated_at=f"{day}.{MONTHS[month]}",
            sheets=s["sheets"],
            content=s["about"],
        )

    def _one_more_copy(self, slip: Slip, _: Slip | None) -> None:
        s, keeper, there = slip.said, self.hand(self.keeper), ident(slip.said["office"])
        keeper.fills("ask", f"telegram={s['ours']}", kind="asks_consent", count="1")
        keeper.presses("/carrying/out")
        self.day.quiet(there, "take-in")
        newest = re.findall(r"follow (\d+)", self.day.quiet(there, "due").out)[-1]
        self.day.quiet(there, f"follow {newest}")
        self.day.quiet(there, "carry")
        keeper.presses("/carrying/in")
        keeper.fills("allot", f"telegram={s['ours']}", whom=short(s["who"]), reason="agreed")
        self.hand("ott").presses("/room/print")
        quist = self.hand("quist")
        quist.types("R")
        self.scan(quist, slip, f"{s['ours']}/5")
        quist.closes()
        self.whom[f"{s['ours']}/5"] = s["who"]

    # --- at the counter -------------------------------------------------------------------------

    def issue(self, slip: Slip, verb: str, *names: str) -> None:
        hand = self.hand(self.keeper)
        hand.types(verb)
        self.scan(hand, slip, *names)
        if slip.number not in self.refused or len(self.refused[slip.number]) < len(names):
            hand.closes()

    def _refused_batch(self, slip: Slip, _: Slip | None) -> None:
        self.left = slip.items  # The next slip tells what comes of it.

    def _issue_after_a_hold(self, slip: Slip, _: Slip | None) -> None:
        self.issue(slip, "I", *self.left)

    def _refused_hold(self, slip: Slip, _: Slip | None) -> None:
        self.issue(slip, "I", *slip.items)

    def _issue_one_each(self, slip: Slip, _: Slip | None) -> None:
        self.issue(slip, "I", *slip.items)

    def _issue(self, slip: Slip, _: Slip | None) -> None:
        on_list = all(self.whom.get(name) == slip.said["who"] for name in slip.items)
        self.issue(slip, "I" if on_list else f"I {short(slip.said['who'])}", *slip.items)

    def _asked_for(self, slip: Slip, _: Slip | None) -> None:
        self.issue(slip, f"I {short(slip.said['who'])}", *slip.items)

    def _issue_by_proxy(self, slip: Slip, _: Slip | None) -> None:
        s = slip.said
        self.issue(slip, f"I {short(s['who'])} @{short(s['proxy'])}", *slip.items)

    def _return(self, slip: Slip, _: Slip | None) -> None:
        self.counted("B", slip, *slip.items)

    _short_return = _return

    def _pass_on(self, slip: Slip, _: Slip | None) -> None:
        self.counted("P", slip, *slip.items)

    def _read_here(self, slip: Slip, _: Slip | None) -> None:
        self.counted(f"S {short(slip.said['who'])}", slip, *slip.items)

    def _file(self, slip: Slip, _: Slip | None) -> None:
        hand = self.hand(self.keeper)
        hand.types(f"F {slip.said['place']}")
        self.scan(hand, slip, *slip.items)
        hand.closes()

    def _take_out(self, slip: Slip, _: Slip | None) -> None:
        hand = self.hand(self.keeper)
        hand.types("O for work")
        self.scan(hand, slip, *slip.items)
        hand.closes()
        hand.fills("extend", f"copy={slip.items[0]}", due_at="+6", reason="for work")

    def _burn(self, slip: Slip, _: Slip | None) -> None:
        self.counted("D burnt", slip, *slip.items)
        self.second("thale")

    def _mistake(self, slip: Slip, _: Slip | None) -> None:
        name, hand = slip.items[0], self.hand(self.keeper)
        hand.fills("correct", f"copy={name}", reason=f"was for {slip.said['next']}")
        self.counted("B", slip, name, more=" # mistake")
        self.issue(slip, f"I {short(slip.said['next'])}", name)

    # --- asked ----------------------------------------------------------------------------------

    def _where(self, slip: Slip, _: Slip | None) -> None:
        what = re.sub(r".*No\. ", "", slip.said["what"])
        said = self.hand(self.keeper).types(f"? {what}")
        assert said["told"], what

    def _who_has(self, slip: Slip, _: Slip | None) -> None:
        self.hand(self.keeper).types(f"? {short(slip.said['who'])}")

    def _duties(self, slip: Slip, _: Slip | None) -> None:
        self.hand(self.keeper).page("/duties", keys=2)

    # --- forms ----------------------------------------------------------------------------------

    def _route(self, slip: Slip, _: Slip | None) -> None:
        readers = re.sub(r", who has it", "", slip.said["route"])
        self.hand(self.keeper).fills(
            "route", f"copy={slip.items[0]}", readers=" ".join(map(short, readers.split(", ")))
        )

    def _proxy(self, slip: Slip, _: Slip | None) -> None:
        s = slip.said
        self.hand(self.keeper).fills(
            "proxy", holder=short(s["who"]), person=short(s["proxy"]), may="receive",
            until_at=day_of(s["until"]),
        )  # fmt: skip

    def _recall(self, slip: Slip, _: Slip | None) -> None:
        s = slip.said
        self.hand(self.keeper).fills(
            "recall", f"telegram={s['ours']}", reason=f"asked back by {s['office']}"
        )

    def _extend(self, slip: Slip, _: Slip | None) -> None:
        self.hand(self.keeper).fills(
            "extend", f"copy={slip.items[0]}", due_at=day_of(slip.said["until"]), reason="he asks"
        )

    def _resolution(self, slip: Slip, _: Slip | None) -> None:
        """Its words are sealed to the room, which the command line does."""
        s = slip.said
        self.at_the_machine(
            f"resolve {slip.items[0]} --by {short(s['who'])} -t {short(s['to'])} "
            f"-u {day_of(s['until'])} -w '{s['what']}'"
        )

    def _fulfilled(self, slip: Slip, _: Slip | None) -> None:
        said = self.at_the_machine(f"tasks --of {short(slip.said['who'])}")
        number = re.search(r"^(\d+) ", said.out, re.MULTILINE)
        self.at_the_machine(f"task done {number and number[1]} -w '{slip.said['what']}'")

    def _search(self, slip: Slip, _: Slip | None) -> None:
        self.at_the_machine(f"inquiry finding 1 -w '{slip.said['who']} is asked for it'")

    def at_the_machine(self, line: str) -> Any:
        """What the desk leaves to the command line, its keys counted all the same."""
        self.hand(self.keeper).keys += len(line) + 1
        return self.day.types(self.keeper, line)

    def _sheet_found(self, slip: Slip, _: Slip | None) -> None:
        keeper = self.hand(self.keeper)
        keeper.fills(
            "replace_sheet", f"copy={slip.items[0]}", sheets=slip.said["sheets"],
            reason="was in the safe",
        )  # fmt: skip
        quist = self.hand("quist")
        quist.fills("rule", inquiry="1", ruling="explained", reason="was in the safe")
        self.second("thale")
        keeper.fills("alarm", reason="the sheet was found")

    def _send(self, slip: Slip, _: Slip | None) -> None:
        hand = self.hand(self.keeper)
        copies = "&".join(f"copy={name}" for name in slip.items)
        hand.fills("dispatch", copies, office=ident(slip.said["office"]), carrier="courier")
        hand.presses("/carrying/out")

    def _their_receipt(self, slip: Slip, _: Slip | None) -> None:
        there = ident(slip.said["office"])
        self.day.quiet(there, "take-in")
        for name in slip.items:
            self.day.quiet(there, f"accept {name} --from centre --sheets 2 --incoming N/")
        self.day.quiet(there, "carry")
        self.hand(self.keeper).presses("/carrying/in")
        self.hand(self.keeper).presses("/room/receipts")

    def _dispute(self, slip: Slip, _: Slip | None) -> None:
        there = ident(slip.said["office"])
        self.day.quiet(there, f"dispute {slip.items[0]} --sheets 1 --why 'a sheet is missing'")
        self.day.quiet(there, "carry")
        self.hand(self.keeper).presses("/carrying/in")
        self.hand(self.keeper).presses("/room/receipts")

    def _settled(self, slip: Slip, _: Slip | None) -> None:
        there, name = ident(slip.said["office"]), slip.items[0]
        self.day.quiet(there, f"settle {name} back --from centre")
        self.day.quiet(there, "carry")
        self.hand(self.keeper).presses("/carrying/in")
        self.hand(self.keeper).fills("settle_back", f"copy={name}", sheets=slip.said["sheets"])

    def _regrade(self, slip: Slip, _: Slip | None) -> None:
        s, there = slip.said, ident(slip.said["office"])
        theirs = self.theirs[s["ours"]]
        self.day.quiet(there, f"notify regraded {theirs} --level {s['level']} --to centre")
        self.day.quiet(there, "carry")
        keeper = self.hand(self.keeper)
        keeper.presses("/carrying/in")
        self.hand("quist").fills(
            "regrade", f"telegram={s['ours']}", classification=s["level"], reason="their notice"
        )
        while keeper.offers("notice", "number"):
            keeper.fills("notice", number=keeper.offers("notice", "number")[0])

    def _muster(self, slip: Slip, _: Slip | None) -> None:
        hand = self.hand(self.keeper)
        hand.fills("open_muster", place=slip.said["place"])
        hand.types("M")
        for name in slip.items:
            hand.scans_(self.code(name))
        hand.closes()
        hand.fills("close_muster")
        self.second("thale")

    def _handover(self, slip: Slip, _: Slip | None) -> None:
        self.hand(self.keeper).fills("hand_watch", to=short(slip.said["next"]))
        self.keeper = ident(slip.said["next"])
        self.hand(self.keeper).fills("take_watch")

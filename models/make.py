"""Write ``models/table.pml`` from the table of acts, so that model and program cannot drift.

Run it after a change of ``cablegram.model.acts``; a test compares the file with what it writes.
"""

from __future__ import annotations

from pathlib import Path

from cablegram.model.acts import FINAL, HELD_HERE, IN_CUSTODY, RULES, Act, State

TABLE = Path(__file__).with_name("table.pml")
STAYS = {Act.FIND}


def text() -> str:
    """The table as Promela macros: states, acts, FROM(act, state), TO(act, state, kept)."""
    lines = ["/* Written by models/make.py out of cablegram.model.acts.  Do not edit. */", ""]
    lines += [f"#define {state.name} {n}" for n, state in enumerate(State)]
    lines += [f"#define UNBORN {len(State)}", f"#define STATES {len(State) + 1}", ""]
    lines += [f"#define A_{act.name} {n}" for n, act in enumerate(Act)]
    lines += ["", f"#define ACTS {len(Act)}", ""]
    for name, group in (("FINAL", FINAL), ("IN_CUSTODY", IN_CUSTODY), ("HELD_HERE", HELD_HERE)):
        lines.append(f"#define {name}(s) ({_any('s', group)})")
    lines += ["", "/* Whether the table admits act a from state s. */"]
    for act, rule in RULES.items():
        sources = _any("s", rule.sources) if rule.sources else "(s) == UNBORN"
        lines.append(f"#define FROM_{act.name}(s) ({sources})")
    lines.append("")
    lines.append("#define FROM(a, s) ( \\")
    lines += [f"  ((a) == A_{act.name} && FROM_{act.name}(s)) || \\" for act in RULES]
    lines += ["  false)", "", "/* Where it leads; k is the state that `miss` kept. */"]
    lines.append("#define TO(a, s, k) ( \\")
    for act, rule in RULES.items():
        if rule.target is not None:
            lines.append(f"  (a) == A_{act.name} -> {rule.target.name} : ( \\")
        elif act in STAYS:
            lines.append(f"  (a) == A_{act.name} -> (k) : ( \\")
    closing = sum(rule.target is not None or act in STAYS for act, rule in RULES.items())
    lines += ["  (s)" + ")" * closing + ")", ""]
    return "\n".join(lines)


def _any(name: str, states: object) -> str:
    assert isinstance(states, frozenset)
    ordered = [state for state in State if state in states]
    return " || ".join(f"({name}) == {state.name}" for state in ordered)


if __name__ == "__main__":
    TABLE.write_text(text(), "utf-8")

"""Office folders on disk for tests, with little scrypt work: ``founding`` says what is made."""

from __future__ import annotations

from typing import Any

from cablegram.wiring import tools

PASSPHRASE = "correct horse battery"
AT = "1951-07-05T15:30:00Z"


def founding(**changes: Any) -> tools.Founding:
    """An office in Moscow with a clock of its own; ``changes`` replace fields."""
    return tools.Founding(
        **{
            "office": "moscow",
            "names": {"en": "Eighth Department"},
            "chief": "makarov",
            "passphrase": PASSPHRASE,
            "zone": "Europe/Moscow",
            "at": AT,
            "series": "G",
            "log_n": 8,
            **changes,
        }
    )

"""Why a sealed file did not open, one class a reason (docs/spec/age.md, "The reader").

All are ``MalformedError`` or ``SealError``; catch those unless the reason matters.
"""

from __future__ import annotations

from cablegram.errors import MalformedError, SealError

_AGAIN = "Ask the sender to seal and send it again."
_KEPT = "The sealed bytes are unchanged."


class HeaderError(MalformedError):
    """The header does not follow the age format, or passes a bound."""

    def __init__(
        self, what: str, /, *, hint: str = _AGAIN, kept: str = _KEPT, **values: object
    ) -> None:
        super().__init__(what, hint=hint, kept=kept, **values)


class ArmorError(MalformedError):
    """The text around an armored file is not canonical."""

    def __init__(
        self, what: str, /, *, hint: str = _AGAIN, kept: str = _KEPT, **values: object
    ) -> None:
        super().__init__(what, hint=hint, kept=kept, **values)


class NoMatchError(SealError):
    """None of the identities fits any stanza."""

    def __init__(self) -> None:
        super().__init__(
            "the file is not sealed to any key that was tried",
            hint="Ask the sender which key it was sealed to, and unlock that one.",
            kept=_KEPT,
        )


class HeaderMacError(SealError):
    """An identity fits, but the header is not the one that was sealed."""

    def __init__(self) -> None:
        super().__init__(
            "the header of the file was altered after sealing", hint=_AGAIN, kept=_KEPT
        )


class PayloadError(SealError):
    """The payload was altered, reordered, cut off or appended to."""

    def __init__(self, what: str, /, **values: object) -> None:
        super().__init__(what, hint=_AGAIN, kept=_KEPT, **values)

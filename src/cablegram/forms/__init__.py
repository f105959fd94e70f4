"""Forms: the registry's own papers, from the books to a PDF (docs/spec/forms.md).

Start at ``FORMS``, which names them, and ``make``, which gives one for what it is about.  Each
form is a frozen value with a ``layout``; the values come from the books, names from the vault.
"""

from __future__ import annotations

from cablegram.forms.making import FORMS, Made, make

__all__ = ["FORMS", "Made", "make"]

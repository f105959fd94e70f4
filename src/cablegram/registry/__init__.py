"""The registry: who has which copy, and the only place where that changes.

Start at ``perform``: signed orders in, a page on the books with its ledger leaves out.
``move`` is the one function that changes custody.  ``finding`` answers questions,
``returns`` says what is due, ``musters`` counts.
"""

from cablegram.registry.custody import Moved, move
from cablegram.registry.performing import Done, Repeat, perform

__all__ = ["Done", "Moved", "Repeat", "move", "perform"]

"""The registry: who has which copy, and the only place where that changes.

Start at ``perform``: signed orders in, a page on the books with its ledger leaves out.
``move`` is the one function that changes custody.  ``finding`` answers questions,
``returns`` says what is due, ``musters`` counts.  ``foresee`` asks what an order would come to.
"""

from cablegram.registry.custody import Moved, move
from cablegram.registry.foreseeing import Foreseen, foresee
from cablegram.registry.performing import Done, Repeat, perform

__all__ = ["Done", "Foreseen", "Moved", "Repeat", "foresee", "move", "perform"]

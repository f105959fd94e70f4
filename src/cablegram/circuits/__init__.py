"""Circuits: sealed bytes and signed papers, carried out and taken in; nothing is opened here.

``carry`` empties the outgoing tray into the carriers; ``take_in`` keeps what lies there for us
under outer numbers, checks papers by the cards we know, and matches them.  No private key.
"""

from cablegram.circuits.carrying import Carried, carry
from cablegram.circuits.taking_in import TakenIn, keep, take_in

__all__ = ["Carried", "TakenIn", "carry", "keep", "take_in"]

"""The cipher room: the one place that can read, and it cannot be reached but by orders.

``CipherRoom`` is ``ports.Room``: it seals, opens, prints and signs what officers' signed
orders say, after checking them itself.  ``process`` puts it behind a unix socket.
"""

from cablegram.cipher_room.room import CipherRoom

__all__ = ["CipherRoom"]

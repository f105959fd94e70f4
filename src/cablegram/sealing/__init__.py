"""Everything that holds or uses a private key: an office's, an officer's or a reader's.

Only the cipher room and the local tools import this package; the running desk
never does.  ``age`` seals and opens files, ``policy`` says which of them may
travel, ``shares`` makes the sealed copy for a screen, ``keys`` keeps and uses
the office's and an officer's keys.  Start with ``age.encrypt`` and
``policy.open_wire``.
"""

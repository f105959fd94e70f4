"""The ledger: what an office has entered, signed so that it cannot take anything back.

Leaves come in from the books; ``sign_checkpoint`` puts a signed head over all of them and
publishes static files; ``audit`` checks such files for whoever has no more than the
office's key; ``inclusion`` proves one leaf.  Start with ``log``; ``merkle``, ``tile``,
``note``, ``checkpoint`` and ``proof`` are one specification each (docs/spec/ledger.md).
"""

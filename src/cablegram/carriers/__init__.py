"""Carriers: what moves sealed bytes between offices (docs/spec/carrier-folder.md).

Each keeps the promise of ``ports.Carrier``; only ``wiring`` chooses among them.  A carrier
is not trusted: what it holds is read as if an enemy had put it there.
"""

"""Cablegram: sealed telegrams between offices, every copy accounted for."""

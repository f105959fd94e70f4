"""The API: what programs ask the desk, and signed orders from elsewhere (docs/spec/api.md).

Handlers are thin: a question is read and held to its bounds (``asking``), ``cablegram.answers``
says what the books say, ``wiring.giving`` carries out what was signed.  Who may stands in the
desk's one table of ways, as for pages.
"""

"""Answers: what the books say, as values that JSON can carry (docs/spec/api.md).

The command line's ``--json`` and the desk's API both speak through these, so that a script is
told the same by either: text, whole numbers, lists and objects; moments in UTC; English; ids
where persons are.  ``rows`` gives single things, ``lists`` what is due or held, ``office`` the
office itself.
"""

"""Which sources have fallen silent against their own habit.

`cadence` knows the habit of one source, `horizon` until when everything that came in is
stored, `habits` keeps both in the database, `watch` looks once a minute, `told` makes
the events of it. How it is explained to people: docs/administration.md.
"""

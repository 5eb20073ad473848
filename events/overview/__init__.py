"""Figures of a range of time: histogram, facets, groups; from counts where that can be,
else from a stated sample and then, with progress, from every row.

`run` answers an overview, `groups` a grouping; both give lines, each of which replaces
the one before, until the last one. `streaming` sends them.
"""

"""Pictures of every page, for the user guide and to be looked at.

script/screenshots [--out DIR] [--only NAME] [--guide]

world (made-up data) ─▶ scenes (a table: page, steps, widths) ─▶ camera ─▶ files
"""

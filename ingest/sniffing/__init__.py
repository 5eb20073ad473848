"""Syslog that travels past this machine, read from a monitored interface.

`ring` gives packets, as `bpf` lets them through; `wire` makes lines of them, with
`headers`, `fragments` and `streams`; `copies` knows which lines were received as well.
"""

NAME = "sniff"  # of its journal

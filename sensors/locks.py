"""The keys of all advisory locks, in one place: two parts with the same key would wait
for each other for ever. A table's own key has two neighbours, see `sealing`."""

PREPARE = 7_305_510_001  # one start prepares the database
EVENTS = 0x6D737301  # orders the ids of events
FLOWS = 0x6D737302  # … and of flows
DELIVERY = 0x6D737310  # one process delivers
BEHIND = 0x6D737311  # shared: ingest is behind
MERGE = 0x6D737312  # one merge of what lines show of hosts and clocks
SILENCE = 0x6D737313  # one look at silent sources
SEALING, COUNTING = 0x100, 0x200  # beside the key of a table

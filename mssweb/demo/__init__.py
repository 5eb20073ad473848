"""A believable small network for `script/server --demo`.

    network (names) ─▶ devices (one line each) ─▶ stories (a scan, a brute force)
                                              ─▶ schedule ─▶ __main__ sends by UDP

Everything but the sender is pure: the same seed and start give the same lines. Devices
differ by the host in the header, as all lines come from this machine. Outside addresses
are of the ranges for documentation (RFC 5737), names of example domains.
"""

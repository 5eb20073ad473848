"""Everything on one machine under one command; see script/server.

    options ─▶ home ─▶ ports, servers ─▶ supervision ─▶ start ─▶ watch ─▶ stop

The launcher starts supervisord, and through it the processes of `processes.py`; it does
not need Django itself.
"""

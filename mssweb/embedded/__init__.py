"""PostgreSQL and Valkey from wheels, for one machine without servers of its own.

    services.json ─▶ services ─▶ postgres, valkey ─▶ (exec, in the foreground)

`python -m mssweb.embedded postgres|valkey HOME` becomes one of the servers, so that a
supervisor can watch it. Ports and the password are chosen at the first start and kept
in HOME/services.json. Root cannot run PostgreSQL: both servers then run as an
unprivileged account, with their data where that account can reach it.
"""

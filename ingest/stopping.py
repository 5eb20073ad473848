"""The wish to end, which a signal handler may express at any moment."""

import os
import select


class Stopping:
    """Like threading.Event, whose lock a signal handler could find held for ever."""

    def __init__(self) -> None:
        self.reads, self.writes = os.pipe()

    def set(self) -> None:
        if not self.is_set():
            os.write(self.writes, b"!")

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, seconds: float) -> bool:
        """Waits so long, or until it is set; whether it is."""
        return bool(select.select([self.reads], [], [], seconds)[0])

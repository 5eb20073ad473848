"""LauncherError: cannot start or stop; one sentence for the operator.
StopRequested: a signal asked for the end, which is no error."""


class LauncherError(Exception):
    """The message is one sentence for the operator; nothing was left running."""


class StopRequested(BaseException):
    """Raised by the signal handler, so that every wait ends at once."""

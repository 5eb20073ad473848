"""What can go wrong with the embedded servers."""


class EmbeddedError(Exception):
    """A server cannot run here; the message is one sentence for the operator."""

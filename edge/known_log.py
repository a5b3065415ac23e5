"""The name of the collector's log, as this node heard it last. Another name means that the log was restored."""

from edge.files import write_whole


class KnownLog:
    """Keeps the name in a file, so that a change is noticed across boots."""

    def __init__(self, path):
        self._path = path
        self.name = None
        try:
            with open(path) as file:
                self.name = file.read() or None
        except OSError:
            pass

    def learn(self, name):
        """Keep a name."""
        if name != self.name:
            self.name = name
            write_whole(self._path, name)

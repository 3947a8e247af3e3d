"""Python runs this at its start, so that the processes that Whoosh's tests start have it too."""

from array_default import install

install()

"""The `ebs` command. Each verb is one module, imported when it is called."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    raise SystemExit("not wired yet")

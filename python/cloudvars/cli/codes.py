"""The exit codes: ``docs/cli.md`` explains them."""

__all__ = ["DEFECTS", "FAILED", "FINE", "STOPPED", "UNREAD"]

FINE, DEFECTS, FAILED, STOPPED, UNREAD = 0, 1, 2, 130, 141
"""Nothing is wrong; something was found or refused; the command itself failed; Ctrl-C; nobody reads the output any
more (the shell's code for SIGPIPE)."""

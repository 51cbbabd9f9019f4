"""The browser that the tests drive, and what it saw."""

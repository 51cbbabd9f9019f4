"""The slow suite: faults of a cluster under load. `make test-cluster` runs it."""

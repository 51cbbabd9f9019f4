"""The database servers that the tests start themselves, and what stands between a store and its server."""

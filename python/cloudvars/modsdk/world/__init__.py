"""What is in a hosted world: the entities, the level and their state, and what a test does there."""

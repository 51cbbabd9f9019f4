"""What a mod gets for what is not simulated: an error that names it, or an object that records it (E-1, E-17)."""

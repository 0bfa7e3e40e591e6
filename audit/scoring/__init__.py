"""The rules of the score: pure, exact, standard library only."""

"""Long runs: many sessions at random, everything else at work beside them, backends terminated at random."""

//! What was done against a model, with the fewest deviations that explain it. Pure.

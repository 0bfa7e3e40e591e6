"""The calendar: rounds with their editions, policies and baselines."""

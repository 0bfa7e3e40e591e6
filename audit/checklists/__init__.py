"""Editions: the standards as data. Baselines: what a demonstration site reached."""

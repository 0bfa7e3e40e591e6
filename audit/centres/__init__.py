"""Divisions, and the service centres in them."""

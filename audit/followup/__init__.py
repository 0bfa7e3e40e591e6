"""Findings, rectification, appeals."""

"""Photo-backed audits of township and village service centres, scored against a demonstration site."""

__version__ = "0.1.0"

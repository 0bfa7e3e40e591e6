"""Photos: received whole, kept untouched, shown upright and without metadata."""

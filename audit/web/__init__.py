"""Pages: the inspectors' offline app."""

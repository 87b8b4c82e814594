"""The baseline that does nothing but wait."""

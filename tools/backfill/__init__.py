"""`pictures backfill`: look again at every product that has pictures, after saying what it will cost."""

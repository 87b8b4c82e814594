"""`parked`: the events that could not succeed, why, and what becomes of them."""

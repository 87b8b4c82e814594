"""One file per recognizer; no provider knows another."""

"""One file per recogniser; no provider knows another."""

"""Stand-ins for the cloud on one machine; never deployed."""

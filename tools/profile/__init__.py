"""The profile: the variables that commands read, kept in a file."""

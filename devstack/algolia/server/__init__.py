"""The engine over HTTP: Algolia's paths, access rights and error answers; thin, one thread, loopback only."""

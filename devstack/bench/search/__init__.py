"""What `devstack.bench.searching` compares, and how it is measured."""

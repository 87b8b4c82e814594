"""The functions that `devstack.bench.searching` compares, and the measuring of them."""

"""The function that runs on every change of a product picture."""

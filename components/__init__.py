"""Functions that draw: they take values and return what the parent did."""

"""The demonstration: real flights, written and read back with the official client."""

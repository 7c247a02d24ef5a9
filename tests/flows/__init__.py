"""The flows, without anything around them."""

"""走访和问询: what staff hear in an enterprise, written down at once (问千家进百企)."""

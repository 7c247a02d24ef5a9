"""Pages behind links, over HTTP."""

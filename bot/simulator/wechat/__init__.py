"""A simulated WeChat official account (公众号): what it calls, and what it can be called by."""

"""A simulated app of an organisation in 企业微信: what it calls, and what it can be called by."""

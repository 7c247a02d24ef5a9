"""What a policy is, how it is read, for whom it is, and until when."""

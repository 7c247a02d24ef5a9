"""What staff send to many: who is meant, who approves it, when it leaves, how it stands (推送)."""

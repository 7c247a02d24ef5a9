"""What staff do to send something to many: compose, approve, stop, take back, count (推送)."""

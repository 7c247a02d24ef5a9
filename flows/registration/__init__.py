"""Activities (活动) and who takes part: seats, the waitlist, offers, the list of a day."""

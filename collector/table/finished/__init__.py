"""A hand that is over: its record, the evidence of its acts, its story."""

"""The pages of events: Real-Time, Historical, one event."""

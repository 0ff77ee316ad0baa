"""MochiCare's reasoning, free of any screen: how soon to act, which conditions fit, and why."""

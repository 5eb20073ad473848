"""The pages of this app: each function reads a request, calls one thing, answers."""

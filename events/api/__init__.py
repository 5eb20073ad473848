"""The HTTP API of the store: JSON, one module per kind of question.

Every error has one shape, `{"error": sentence, "at": offset in q or null}`, and every
row is bound to the user's scope: what lies outside of it does not exist (404).
"""

"""The error of the store that is meant for a person."""


class StoreError(Exception):
    """One sentence that says what is wrong with the store and what to do."""

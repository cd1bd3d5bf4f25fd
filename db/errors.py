"""The errors of the store that are meant for a person."""


class StoreError(Exception):
    """One sentence that says what is wrong with the store and what to do."""


class StoreBusyError(StoreError):
    """Another program held the write lock for longer than this one waits."""


class StoreFullError(StoreError):
    """There is no room left for what was to be written; nothing of it was."""


class StoreDamagedError(StoreError):
    """The file is not, or no longer wholly, a store; it is left as it is."""


class StoreReplacedError(StoreError):
    """The file that was opened is no longer the one under that name."""


class StoreChangedError(StoreError):
    """The store has another schema revision than this program knows."""


class FilterError(StoreError):
    """A filter word that cannot be understood; the sentence names it."""

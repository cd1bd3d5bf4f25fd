"""Which schema this code knows, without importing Alembic to learn it."""

# Every revision of migrations/versions, oldest first; the last is the current one.
REVISIONS = ("bt0001", "bt0002", "bt0003", "bt0004", "bt0005")
REVISION = REVISIONS[-1]

# Written into the header of every store, so that a foreign database is told from a newer store.
APPLICATION_ID = 0x42_6B_54_70

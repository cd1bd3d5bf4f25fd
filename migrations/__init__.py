"""How older stores become newer ones: the Alembic environment and its revisions."""

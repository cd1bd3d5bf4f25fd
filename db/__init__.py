"""The store: tables, queries, connections and upgrades; nothing of trading."""

//! Event logs: read from CSV and XES into compact columns, and written. Pure.

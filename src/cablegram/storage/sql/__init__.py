"""Books in SQL: one module for each engine over the same statements (docs/spec/books.md)."""

"""Handlers of pages: each reads what it shows out of the books and renders one template."""

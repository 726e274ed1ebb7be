"""The figures of the programme: their definitions, and the queries that compute them (PRODUCT.md 7)."""

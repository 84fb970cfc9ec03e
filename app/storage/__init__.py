"""The rows of the house: models, column types and the queries of each screen; nothing here commits."""

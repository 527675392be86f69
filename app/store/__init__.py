"""The database: one module per table, functions that take a connection, no logic.

`database` owns the file, the writer and the readers; `migrate` brings a file to this program's version.
No SQL stands anywhere else.
"""

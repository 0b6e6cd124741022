"""Where transactions come from: upload packages, the uploads folder, plain files, channel databases.

Everything that arrives becomes an upload package first; rows leave this room as `domain.rows` reads them. Nothing
here knows what is kept where, or which job runs.
"""

"""The origins of transactions: channel databases, upload packages, plain files.

Every transaction arrives in an upload package: that of a source, or one that somebody sent. A folder here knows nothing
of the others, of the store, or of the jobs.
"""

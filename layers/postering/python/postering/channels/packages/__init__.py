"""Upload packages: made of plain files or channel rows, kept in a folder or a bucket, read whole or refused."""

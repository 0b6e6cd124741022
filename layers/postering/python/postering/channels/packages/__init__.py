"""Upload packages: made of plain files or rows of a source, kept in a folder or a bucket, read whole or refused."""

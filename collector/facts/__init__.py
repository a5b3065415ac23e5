"""Facts: the envelope of an entry of the log, its chain of digests, and its bytes. Knows no kind of fact."""

"""From chosen files to trees of the store: wheels fetched, sources built."""

"""A catalogue as large indexes have it: a few projects with thousands of files, and very many with few."""

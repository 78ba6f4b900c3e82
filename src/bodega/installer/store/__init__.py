"""The content store shared by all environments: wheels, read-only trees, bytecode."""

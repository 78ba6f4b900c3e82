"""What a lock or an environment is composed of, and what advisories and licences say of that."""

"""What a user asked for: requirements, requirements files, pip configuration."""

"""The HTTP client of both halves, over http.client."""

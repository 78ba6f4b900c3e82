"""HTTP: request -> command or view -> response. The only place that knows ASGI."""

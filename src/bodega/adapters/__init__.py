"""The only place that imports I/O technology; each adapter implements a port of the layers below."""

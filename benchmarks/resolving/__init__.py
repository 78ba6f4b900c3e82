"""What benchmarks/resolve.py is made of: solvers in one process, and whole processes beside each other."""

"""The command line: argv -> command -> words on the terminal. One file per command, imported on demand."""

"""What a contest of index servers needs: processes, load, data, and who takes part."""

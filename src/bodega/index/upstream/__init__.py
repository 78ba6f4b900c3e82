"""What another index says, how fresh it is, and what we keep of it."""

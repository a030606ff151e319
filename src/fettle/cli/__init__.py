"""Commands: arguments and printing only. What a command does, a service does."""

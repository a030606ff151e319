"""What can be done: one method for each thing a person can ask for. Services own the transaction."""

"""What is in the bytes: nothing that a client says about them is believed."""

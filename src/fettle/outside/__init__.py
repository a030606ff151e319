"""OUT OF OUR HANDS: where copies of checkpoints go. Only addresses that the settings name are ever spoken to."""

"""Programs as columns, the communication model, and one file per transformation."""

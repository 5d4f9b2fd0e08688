"""The published warehouse as a reader meets it: open for reading, summed up, explained, and in Swedish words."""

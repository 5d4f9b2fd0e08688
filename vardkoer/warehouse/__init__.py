"""What makes and vouches for a warehouse: the build, its record, and where every column comes from."""

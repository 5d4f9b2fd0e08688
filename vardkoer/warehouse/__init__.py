"""What makes and vouches for a warehouse: the record of a build, and where every column comes from."""

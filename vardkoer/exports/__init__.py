"""What leaves the warehouse: workbooks for people, open formats for programs, nothing that policy hides."""

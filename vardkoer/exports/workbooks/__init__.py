"""Workbooks in the layout of the agency: the tables of its reports, the follow-up, the mailing to the regions."""

"""The report: a static web site in Swedish, computed from the marts (`python -m vardkoer.report`)."""

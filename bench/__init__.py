"""How long the counts take, against what they could take: docs/performance.md."""

"""Charts as Altair specifications from plain values, drawn offline as SVG, PNG or PDF."""

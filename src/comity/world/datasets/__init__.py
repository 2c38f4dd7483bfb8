"""Data files of the embedded worlds: tables, names, groupings, elasticities, tariffs. DATA.md has their sources."""

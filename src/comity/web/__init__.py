"""The explorer: an HTTP API over the model, and a local page that uses it. Needs the extra `web`."""

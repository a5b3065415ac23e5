"""How the app store came to have its tables, version by version."""

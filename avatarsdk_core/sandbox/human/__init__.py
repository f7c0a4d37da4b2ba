"""The person who lives in the sandbox: shaped, dressed and painted by the program from CC0 data (PROVENANCE.md)."""

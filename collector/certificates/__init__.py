"""A house's own authority and certificates: made, kept, renewed, watched. And TLS contexts of certificates and keys."""

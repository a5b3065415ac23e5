"""Who asks: passwords, second factor, tokens, keys and sessions, and what of them still holds. Knows no route."""

"""Who may do what: permission words, roles, grants, keys, logins of the broker. Names no command and no route."""

"""The broker: the client that speaks to it, mosquitto as a child process, logins and keys."""

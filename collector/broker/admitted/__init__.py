"""Logins that come and go while the broker runs: one port, and an adapter for each way a broker can be told of them."""

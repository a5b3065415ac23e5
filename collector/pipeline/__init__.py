"""The way of a batch: messages in, facts committed, feeds out. Works on ports; knows no store and no client."""

"""What runs on a node: chip drivers, card protocols, presence, outbox, MQTT. Portable MicroPython."""

"""What goes on an ESP32: pins and start-up, nothing else."""

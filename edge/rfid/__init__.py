"""RFID reader chips and the card protocols on them."""

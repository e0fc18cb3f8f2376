"""An older address of the readable engine, kept for those who import it from here."""

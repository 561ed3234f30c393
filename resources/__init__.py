"""Icons, fonts, translations, demo data: what the program carries with it."""

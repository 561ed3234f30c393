"""How the tables of a replica came to be what they are, release by release."""

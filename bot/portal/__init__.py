"""How a credential mail is resent: by our own mail, by staff's hands, or by a service of the board."""

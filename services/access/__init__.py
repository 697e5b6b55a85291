"""Who may ask, and how much: tokens, the door that reads them, and the rates behind it."""

"""The nouns of the contract, one a module, each made from the value that the services give."""

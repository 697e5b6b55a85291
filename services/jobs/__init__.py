"""Durable work: who delivers it, who does it, who notices when nobody does."""

"""Names from a stranger's repository, made safe to print: no control, bidirectional or invisible characters."""


def escaped(text: str) -> str:
    r"""Write what cannot be seen as `\\u{202e}`; printable text is returned as it is."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else f"\\u{{{ord(letter):x}}}" for letter in text)

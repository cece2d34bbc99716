"""Typing errors as people make them on a phone, so that the encoder learns to read through them."""

import random

# Each key with the keys beside it.
_KEYBOARD = (
    "q:wa w:qes e:wrd r:etf t:ryg y:tuh u:yij i:uok o:ipl p:o a:qsz s:adwx d:sfec "
    "f:dgrv g:fhtb h:gjyn j:hkum k:jli l:ko z:asx x:zcs c:xvd v:cbf b:vng n:bmh m:nj"
)
_NEAR = dict(key.split(":") for key in _KEYBOARD.split())


def noisy(text: str, chance: random.Random) -> str:
    """Return ``text`` in lower case with some errors: letters left out, swapped, doubled or beside the right key."""
    text = text.lower()
    if chance.random() < 0.3:
        text = "".join(character for character in text if character.isalnum() or character == " ")
    rate = chance.choice((0.12, 0.24, 0.48))
    spoiled = [_slip(word, chance) if len(word) > 2 and chance.random() < rate else word for word in text.split(" ")]
    return ("" if chance.random() < 0.03 else " ").join(spoiled)


def _slip(word: str, chance: random.Random) -> str:
    place, kind = chance.randrange(len(word)), chance.random()
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind < 0.25:
        return before + after
    if kind < 0.45 and after:
        return before + after[0] + letter + after[1:]
    if kind < 0.6:
        return before + letter + letter + after
    if kind < 0.8 and letter in _NEAR:
        return before + chance.choice(_NEAR[letter]) + after
    vowels = [i for i, character in enumerate(word) if character in "aeiou" and i > 0]
    if not vowels:
        return word
    place = chance.choice(vowels)
    return word[:place] + word[place + 1 :]

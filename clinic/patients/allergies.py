"""Whether the name of an item stands among a patient's allergies, as two people may spell one word.

Names are compared, and nothing else: `penicillins`, `Penizillin` and `PÉNICILLINE` are `Penicillin V 500 mg`, `sulfa`
is `Sulfamethoxazole`, and a negation ("tolerates penicillin") is a mention too. It is no interaction checker: that
amoxicillin is a penicillin, or Tylenol paracetamol, it does not know (`docs/decisions/0025-a-warning-is-answered.md`).
"""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+")
SOUNDS = (("ph", "f"), ("th", "t"), ("z", "c"), ("k", "c"), ("y", "i"), ("j", "i"))
SHORTEST_PART = 5
"""Letters that a word must have to be found inside another one; shorter words must be equal, but for a plural's s."""

GENERIC = frozenset(
    [
        "acid",
        "adult",
        "allergen",
        "allergic",
        "allergies",
        "allergy",
        "ampoule",
        "ampoules",
        "and",
        "bag",
        "bags",
        "bottle",
        "cap",
        "caps",
        "capsule",
        "capsules",
        "chloride",
        "cream",
        "dose",
        "drops",
        "food",
        "for",
        "from",
        "hydrochloride",
        "infusion",
        "injection",
        "injections",
        "known",
        "large",
        "medicine",
        "medium",
        "micrograms",
        "mild",
        "none",
        "not",
        "oil",
        "oint",
        "ointment",
        "oral",
        "pack",
        "pair",
        "phosphate",
        "pill",
        "pills",
        "powder",
        "rash",
        "reaction",
        "salt",
        "sachet",
        "sachets",
        "severe",
        "single",
        "small",
        "sodium",
        "solution",
        "spray",
        "sterile",
        "strips",
        "suspension",
        "sulfate",
        "sulphate",
        "syrup",
        "tab",
        "tablet",
        "tablets",
        "tabs",
        "the",
        "vial",
        "vials",
        "vitamin",
        "water",
        "with",
    ]
)
"""Words of forms, sizes, salts and stories, which name no substance."""


def named_in(allergies: str, item: str) -> list[str]:
    """List the words of the allergies that name the item, as they are written there."""
    names = [_heard(word) for word in _words(item)]
    found = [word for word in _words(allergies) if any(_is_same(_heard(word), name) for name in names)]
    return list(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    return [word for word in WORD.findall(composed) if len(word) > 2 and word.casefold() not in GENERIC]


def _heard(word: str) -> str:
    """Spell a word as it sounds: without case, accents, doubled letters, and the letters that languages swap."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    for written, heard in SOUNDS:
        plain = plain.replace(written, heard)
    single = re.sub(r"(.)\1+", r"\1", plain)
    return single.removesuffix("s") if len(single) > SHORTEST_PART - 2 else single


def _is_same(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return shorter == longer or (len(shorter) >= SHORTEST_PART and shorter in longer)

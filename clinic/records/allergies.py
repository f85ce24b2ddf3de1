"""Whether the name of an item stands among a patient's allergies, as two people may spell one word.

Names are compared, and nothing else: `penicillins`, `Penizillin` and `PÉNICILLINE` are `Penicillin V 500 mg`, `sulfa`
is `Sulfamethoxazole`, and a negation ("tolerates penicillin") is a mention too. It is no interaction checker: that
amoxicillin is a penicillin, or Tylenol paracetamol, it does not know (`docs/decisions/0025-a-warning-is-answered.md`).
"""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_](?:[^\W_]|(?<=\d)-(?=[^\W\d_])|(?<=[^\W\d_])-(?=\d))*")
"""`5-FU` and `B-12` are one word, `Jod-Lösung` is two."""
DOSE = re.compile(r"\d+(?:mg|g|kg|mcg|µg|μg|ug|ml|l|iu|ie|cm|mm|x\d*)?", re.IGNORECASE)
ALLERGY = re.compile(r"(?:allerg(?:y|ies|ien?)|unverträglichkeit|过敏|過敏|アレルギー)$", re.IGNORECASE)
"""What languages without a space append to the name of the substance."""
SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{2,}")
"""Han and kana, two of which may be a substance, and stand in a longer word without a space."""
SOUNDS = (("ph", "f"), ("th", "t"), ("z", "c"), ("k", "c"), ("y", "i"), ("j", "i"))
SHORTEST_PART = 5
"""Letters that a word must have to be found inside another one; shorter words must be equal, but for a plural's s."""

GENERIC = frozenset(
    [
        "acid",
        "adult",
        "allergen",
        "allergic",
        "allergie",
        "allergien",
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
        "kapseln",
        "known",
        "large",
        "lösung",
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
        "salbe",
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
        "tabletten",
        "tablets",
        "tabs",
        "the",
        "tropfen",
        "vial",
        "vials",
        "vitamin",
        "water",
        "with",
        "片剂",
        "注射液",
        "胶囊",
        "药物",
        "过敏",
    ]
)
"""Words of forms, sizes, salts and stories, which name no substance."""


def named_in(allergies: str, item: str) -> list[str]:
    """List the words of the allergies that name the item, as they are written there."""
    names = [_heard(word) for word in _words(item)]
    found = [word for word in _words(allergies) if any(_is_same(_heard(_substance(word)), name) for name in names)]
    return list(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    return [word for word in WORD.findall(composed) if _is_name(word) and word.casefold() not in GENERIC]


def _is_name(word: str) -> bool:
    """Tell whether a word can name something: `egg`, `B12`, `花生`, and neither `of` nor `500mg`."""
    is_code = not word.isalpha() and len(word) > 1
    return not DOSE.fullmatch(word.replace("-", "")) and (len(word) > 2 or is_code or bool(SIGNS.fullmatch(word)))


def _substance(word: str) -> str:
    """Take the `allergie` off `Jodallergie`."""
    return ALLERGY.sub("", word) or word


def _heard(word: str) -> str:
    """Spell a word as it sounds: without case, accents, doubled letters, and the letters that languages swap."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("-", "")
    for written, heard in SOUNDS:
        plain = plain.replace(written, heard)
    one = plain.removesuffix("s") if len(plain) > SHORTEST_PART - 2 else plain
    return re.sub(r"([^\W\d])\1+", r"\1", one)


def _is_same(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    may_be_a_part = len(shorter) >= SHORTEST_PART or SIGNS.fullmatch(shorter)
    return shorter == longer or bool(may_be_a_part and shorter in longer)

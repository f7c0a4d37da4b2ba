"""What the service's names mean, in words for somebody who sees them for the first time."""

from __future__ import annotations

import re
from collections.abc import Mapping

from avatarsdk_core.catalog.facts import ALWAYS_SET, Parameter
from avatarsdk_core.wording import say

# pipeline -> title, what one gets
PIPELINES: Mapping[str, tuple[str, str]] = {
    "metaperson_2.0": (
        "MetaPerson",
        "Whole person with skeleton, moving face, hair and separate clothes. The newest, and the best for Blender",
    ),
    "body_0.3": ("Body", "Whole person with skeleton, moving face and outfits; body measures can be set"),
    "head_1.2": ("Head with Hair", "Head and shoulders; the hair is part of the mesh, as in the photo"),
    "head_2.0": ("Head or Bust", "Head or bust with moving face, and haircuts to choose from"),
    "animated_face": ("Animated Face", "Head alone with moving face and haircuts; an older kind"),
}

SUBTYPES: Mapping[str, tuple[str, str]] = {
    "female": ("Female", "A female body"),
    "male": ("Male", "A male body"),
    "mobile": ("Light", "Fewer polygons, one body for everybody, with measures to set"),
    "base/legacy": ("Classic", "The older mesh"),
    "base/mobile": ("Mobile", "A mesh that can be animated"),
    "base/static": ("Still", "A mesh that isn't meant to move"),
    "indie/legacy_styled": ("Styled", "Can be turned into a cartoon"),
    "bust/mobile": ("Bust", "Head and shoulders that can be animated"),
    "bust/static": ("Still Bust", "Head and shoulders that aren't meant to move"),
    "head/mobile": ("Head", "Head and neck that can be animated"),
}

CATEGORIES: Mapping[str, tuple[str, str]] = {
    "haircuts": ("Hair", "Haircuts that come with the avatar; show one at a time in the wardrobe"),
    "outfits": ("Outfits", "Whole outfits"),
    "outfits_top": ("Tops", "What is worn on the upper body"),
    "outfits_bottom": ("Bottoms", "What is worn on the legs"),
    "outfits_shoes": ("Shoes", "What is worn on the feet"),
    "glasses": ("Glasses", "Glasses to put on"),
    "blendshapes": ("Face Shapes", "Shape keys that move the face, in sets"),
    "model_info": ("Facts from the Photo", "What the service measures and guesses; kept with the avatar"),
    "additional_textures": ("Further Textures", "Textures beside the colour"),
    "avatar_modifications": ("Changes", "What is changed on the way from the photo to the avatar"),
    "shape_modifications": ("Style", "How the shape is exaggerated"),
    "body_shape": ("Body Measures", "The body's measures; what isn't set is guessed from the photo"),
}

_TITLES: Mapping[str, str] = {
    "mobile_51": "ARKit Face Shapes (51)",
    "visemes_14": "Speech (14)",
    "visemes_15": "Speech (15)",
    "visemes_17": "Speech, Frown, Smile (17)",
    "legacy_45": "Older Face Shapes (45)",
    "face_modifications": "Facial Features",
    "face_modifications_2": "Face and Jaw",
    "body_shape": "Body Shape",
    "emotions": "Emotions",
    "generated": "Hair as in the Photo",
    "HaircutGenerated": "Hair as in the Photo",
    "cartoonish_v0.3": "Cartoon",
    "cartoonish_v1.0": "Cartoon",
    "body_shape_coeffs_10": "Body Coefficients (SMPL)",
    "facial_landmarks_68": "Face Landmarks (68)",
    "predict_haircut": "Most Similar Haircut",
    "age": "Age (a Guess)",
    "gender": "Gender (a Guess)",
    "race": "Ethnicity (a Guess)",
    "remove_smile": "Close a Smile",
    "remove_glasses": "Take Off Glasses",
    "remove_stubble": "Shave Stubble",
    "enhance_lighting": "Even Out the Light",
    "allow_modify_neck": "Neck as in the Photo",
    "caricature_amount": "Caricature",
    "parametric_eyes_texture": "Drawn Eyes",
    "parametric_eyes_texture_v2": "Drawn Eyes, Newer",
    "repack_texture": "Tighter Texture",
    "slightly_cartoonish_texture": "Slight Cartoon Look",
    "smooth_eyelashes_texture": "Smooth Eyelashes",
    "curved_bottom": "Curved Lower Edge",
    "add_glare": "Highlight in the Eyes",
    "add_eyelid_shadow": "Shadow of the Lids",
    "generated_haircut_faces_count": "Faces of the Photo's Hair",
    "generated_haircut_texture_size": "Texture of the Photo's Hair",
    "eye_iris_color": "Iris Colour",
    "eye_sclera_color": "Eye White Colour",
    "hair_color": "Hair Colour",
    "lips_color": "Lip Colour",
    "teeth_color": "Teeth Colour",
    "skin_color": "Skin Colour",
    "non_binary": "Neither",
    "skin": "Skin",
    "lips": "Lips",
    "eyebrows": "Eyebrows",
    "chest": "Chest",
    "height": "Height",
    "hips": "Hips",
    "waist": "Waist",
    "weight": "Weight",
    "texture_size": "Texture Size",
    "cartoonish_texture": "Cartoon Texture",
    "lips_mask": "Lips Mask",
    "metallic_map": "Metallic Map",
    "roughness_map": "Roughness Map",
}


def pipeline_words(name: str) -> tuple[str, str]:
    """Title and description; of a pipeline that isn't known, its name."""
    if name not in PIPELINES:
        return name, say("A kind of avatar that this version doesn't know")
    label, words = PIPELINES[name]
    return say(label), say(words)


def subtype_words(name: str) -> tuple[str, str]:
    """The same of a subtype."""
    label, words = SUBTYPES.get(name, ("", ""))
    return (say(label), say(words)) if label else (title(name), "")


def category_words(name: str) -> tuple[str, str]:
    """The same of a category of parameters."""
    label, words = CATEGORIES[name]
    return say(label), say(words)


def title(name: str) -> str:
    """A parameter's, a set's, a haircut's or a garment's name, to be read: `jeans_AZAT` is "Jeans AZAT"."""
    if name in _TITLES:
        return say(_TITLES[name])
    text = re.sub(r"^(female|male|unisex)_", "", name)
    text = re.sub(r"(?<=[a-z])(?=\d)", " ", re.sub(r"[_/]+", " ", text)).strip()
    return " ".join(word if word[:1].isupper() else word.capitalize() for word in text.split()) or name


def meaning(row: Parameter) -> str:
    """What a parameter does, in English, as translators know it."""
    return row.meaning[:1].upper() + row.meaning[1:]


def tip(row: Parameter | None, plan: str | None) -> str:
    """What a parameter does, and the plan that it needs."""
    if row is None:
        return ""
    words = [say(meaning(row))] if row.meaning else []
    if row.unit:
        words.append(say("in {unit}", unit=row.unit))
    if plan == ALWAYS_SET:
        words.append(say("always on here"))
    elif plan:
        words.append(say("plan {plan} or higher", plan=plan))
    if row.needs:
        words.append(say("needs {other}", other=title(row.needs)))
    if row.deprecated:
        words.append(say("going away"))
    return "; ".join(words)

"""Painted doors for the demo, no photograph of anybody's home among them. Each one is different and says 演示."""

import io
from functools import cache
from random import Random

from PIL import Image, ImageDraw

from webapp.domain.codes import DATA

SIZE = 640, 480
GROUND = 350
QUALITY = 72
WALLS = ("#e8e0cf", "#d9cdb4", "#cfd3d0", "#e6d3c0", "#c9b79c", "#f0ece2")
ROOFS = ("#5b6166", "#7a4b3a", "#4a5a55", "#8a5a44", "#3f4a52")
DOORS = ("#7b3f2a", "#4f6b5a", "#8b2f2f", "#5a4632", "#2f4f6b")


def picture(dice: Random) -> bytes:
    """A JPEG of an invented house."""
    image = Image.new("RGB", SIZE, dice.choice(("#bcd6e6", "#cfdde2", "#d8dcd8", "#aac9e0")))
    draw = ImageDraw.Draw(image)
    _hills(draw, dice)
    draw.rectangle((0, GROUND, SIZE[0], SIZE[1]), fill=dice.choice(("#b9a98a", "#a8a48f", "#c2b59b", "#9fa394")))
    _house(draw, dice)
    _trees(draw, dice)
    mark = _mark()
    image.paste("#ffffff", (SIZE[0] - mark.width - 16, SIZE[1] - mark.height - 16), mark)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


@cache
def _mark() -> Image.Image:
    """The two characters as dots, so that no font is needed."""
    lines = (DATA / "demo_mark.txt").read_text().split()
    mark = Image.new("L", (len(lines[0]), len(lines)))
    mark.putdata([255 if dot == "#" else 0 for line in lines for dot in line])
    return mark


def _hills(draw: ImageDraw.ImageDraw, dice: Random) -> None:
    for shade, height in (("#9fb4ad", 190), ("#86a094", 120)):
        tops = [(x, GROUND - dice.randint(height // 2, height)) for x in range(-40, SIZE[0] + 120, 90)]
        draw.polygon([(-40, GROUND), *tops, (SIZE[0] + 80, GROUND)], fill=shade)


def _house(draw: ImageDraw.ImageDraw, dice: Random) -> None:
    left, width, height = dice.randint(90, 200), dice.randint(260, 360), dice.randint(130, 200)
    right, top, floor = left + width, GROUND - height + 40, GROUND + 40
    draw.rectangle((left, top, right, floor), fill=dice.choice(WALLS), outline="#6b6b60")
    ridge = dice.randint(45, 85)
    eaves = [(left - 25, top), (left + 30, top - ridge), (right - 30, top - ridge), (right + 25, top)]
    draw.polygon(eaves, fill=dice.choice(ROOFS))
    _door(draw, dice, left + width // 2 + dice.randint(-40, 40), floor)
    for x in (left + 25, right - 75):
        draw.rectangle((x, top + 35, x + 50, top + 35 + dice.randint(40, 55)), fill="#54646b", outline="#efece2", width=3)


def _door(draw: ImageDraw.ImageDraw, dice: Random, middle: int, floor: int) -> None:
    half, height = dice.randint(26, 36), dice.randint(95, 115)
    draw.rectangle((middle - half, floor - height, middle + half, floor), fill=dice.choice(DOORS), outline="#3a332b", width=3)
    draw.line((middle, floor - height, middle, floor), fill="#3a332b", width=2)
    if dice.random() < 0.7:  # paper of the last Spring Festival
        for x in (middle - half - 14, middle + half + 4):
            draw.rectangle((x, floor - height, x + 10, floor - 18), fill="#c0392b")


def _trees(draw: ImageDraw.ImageDraw, dice: Random) -> None:
    for _ in range(dice.randint(1, 4)):
        x, size = dice.choice((dice.randint(10, 90), dice.randint(540, 620))), dice.randint(30, 65)
        draw.rectangle((x - 4, GROUND - 20, x + 4, GROUND + 45), fill="#6b5138")
        box = (x - size, GROUND - 20 - 2 * size, x + size, GROUND)
        draw.ellipse(box, fill=dice.choice(("#4e6b3f", "#5f7d4a", "#3f5d3c", "#74864e")))

"""All pictures: a screen, how it is reached, and what must stand on it first."""

from tests.shots.detail_scenes import DETAIL_SCENES
from tests.shots.other_scenes import OTHER_SCENES
from tests.shots.picture import Scene
from tests.shots.run_scenes import RUN_SCENES

SCENES: tuple[Scene, ...] = (*RUN_SCENES, *DETAIL_SCENES, *OTHER_SCENES)

"""How trainings are ordered unless somebody asks otherwise: what forms and the API begin with."""

STATIC_STEPS = 5200
"""Steps of a full training of a static network, as `core.train.recipe` has it."""

EXTRA = 0.25
"""Share of crops from synthetic streets where the classes are theirs, as there."""

CELL_STEPS = 600
"""Steps of a usual training of a cell, as `core.train.cell_config` has it."""

LENGTH = 5
"""Frames of a simulated clip, as there."""

SHORTEST_CLIP, LONGEST_CLIP = 3, 12

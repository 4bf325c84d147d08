"""What the words on the pages mean, gathered from where each is defined."""

from dataclasses import dataclass

from core.board.columns import COLUMNS, METRICS
from core.metrics.descriptions import BEHAVIOUR, DESCRIPTIONS, Description
from webapp.genotype_words import COMBINE_MEANINGS, INPUT_MEANINGS, OP_MEANINGS, is_extended

_THINGS = {
    "Dataset": "Named, ordered sequences of frames, some with a label map; with splits, class "
    "names and colours.",
    "Clip": "Consecutive frames of one sequence.",
    "Label map": "The class of every pixel of a frame; 255 stands for no class: such pixels are "
    "never learnt from and never scored.",
    "Static network": "It labels every frame as if there were no other: an encoder, a decoder and "
    "a head.",
    "Dynamic cell": "A small recurrent network between two frames that lives in the features of a "
    "static network, which stays as it is.",
    "Light cell": "A cell that never reads the deep encoder: on its frames that encoder does not "
    "run at all.",
    "Full cell": "A cell that reads the whole static network's features on every frame, to steady "
    "its labels.",
    "Key frame": "A frame on which the static network runs whole and the state begins anew: the "
    "first one, every so many (the key interval), and after a scene cut.",
    "State": "What a cell carries from a frame to the next: features of the frame before and its "
    "own answer.",
    "Genotype": "The description of one cell, a small JSON document: its nodes, what each reads, "
    "does and how it joins the two halves.",
    "Space": "Which operations and combines genotypes may have: paper, or extended with those "
    "that see motion.",
    "Search": "One run of a strategy over a space with a budget.",
    "Trial": "One genotype trained and judged inside a search, within a small budget.",
    "Reward": DESCRIPTIONS["reward"].meaning,
    "Random twin": "The same search with genotypes drawn by chance: as many trials, the same "
    "budget and seed. A search that does not beat it has found nothing that chance would not.",
    "Rung": "A number of epochs after which a trial is judged early and may be stopped.",
    "Pareto front": "The cells that no other one beats in all objectives together.",
    "Hypervolume": "The share of all that would be possible that a Pareto front covers, from a "
    "fixed reference.",
    "Model": "Trained weights of a static network, alone or with a cell, with where they come "
    "from.",
    "Segmentation": "A model's result on a video.",
    "Evaluation": "A model's scores on a split of a dataset.",
    "Setting": COLUMNS["setting"].meaning,
    "Seed": "What decides all chance of a training or a search; several trainings that differ in "
    "it alone show how much of a score is luck.",
    "95% interval": "Where the mean over seeds would lie in 95 of 100 repetitions; rows whose "
    "intervals overlap are shown as ties.",
    "Job": "A piece of background work with a state, progress and a log.",
    "Worker": "A process that takes jobs; several share them.",
}


@dataclass(frozen=True)
class Term:
    """One word.

    Attributes:
        name: The word as pages show it.
        meaning: What it says.
        note: Its unit, which values are better, where it belongs; may be empty.
    """

    name: str
    meaning: str
    note: str = ""

    def matches(self, text: str) -> bool:
        """Whether a text occurs in it, whatever the case."""
        whole = f"{self.name} {self.meaning} {self.note}".casefold()
        return text.strip().casefold() in whole


def glossary() -> dict[str, list[Term]]:
    """All words by section, in the order in which they are shown."""
    metrics = {column.key for column in METRICS}
    return {
        "Things": [Term(name, meaning) for name, meaning in _THINGS.items()],
        "Scores and costs": [_measured(each) for each in DESCRIPTIONS.values()],
        "Behaviour over time": [_measured(each) for each in BEHAVIOUR.values()],
        "Other columns of the leaderboard": [
            Term(each.label, each.meaning, f"filter: {each.key}")
            for each in COLUMNS.values()
            if each.key not in metrics
        ],
        "What a cell reads": [Term(name, meaning) for name, meaning in INPUT_MEANINGS.items()],
        "Operations": [Term(name, f"{text}.", _space(name)) for name, text in OP_MEANINGS.items()],
        "Combines": [
            Term(name, f"{text}.", _space(name)) for name, text in COMBINE_MEANINGS.items()
        ],
    }


def _measured(each: Description) -> Term:
    parts = [each.unit, f"{each.better} is better", f"filter: {each.key}"]
    return Term(each.label, each.meaning, " · ".join(filter(None, parts)))


def _space(word: str) -> str:
    return "extended space" if is_extended(word) else ""

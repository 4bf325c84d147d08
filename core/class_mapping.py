"""Brings the classes of a model to those of a dataset."""

from collections.abc import Mapping

from core.errors import DyncellError


def class_ids(
    model: tuple[str, ...], dataset: tuple[str, ...], *, mapping: Mapping[str, str]
) -> tuple[int, ...]:
    """Per class of the model its id in the dataset.

    Args:
        model: Class names of the model.
        dataset: Class names of the dataset.
        mapping: Name of a class of the model -> of the dataset, where they differ.

    Raises:
        DyncellError: A class has no counterpart, or the mapping names one that does not exist.
    """
    for names, known in ((mapping.keys(), model), (mapping.values(), dataset)):
        unknown = [name for name in names if name not in known]
        if unknown:
            raise DyncellError(
                f"The mapping names {unknown[0]!r}, which is none of {', '.join(known)}."
            )
    missing = [name for name in model if mapping.get(name, name) not in dataset]
    if missing:
        raise DyncellError(
            f"The model's class {missing[0]!r} is none of the dataset's ({', '.join(dataset)}); "
            f"say which one it is with a mapping: {missing[0]}=CLASS."
        )
    return tuple(dataset.index(mapping.get(name, name)) for name in model)

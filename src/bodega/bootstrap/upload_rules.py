"""The rules of uploads that settings decide."""

from bodega.bootstrap.settings import Settings
from bodega.formats.errors import BodegaError
from bodega.index.catalog.upload_rules import UploadRules


class ClassifiersMissingError(BodegaError):
    """Classifiers are to be judged, and the list of the known ones is not installed."""

    code = "E-SETTING-CLASSIFIERS"

    def __init__(self) -> None:
        super().__init__(
            "upload_classifiers cannot be 'known' here",
            why="the list of known classifiers, the distribution trove-classifiers, is not installed",
        )


def upload_rules(settings: Settings) -> UploadRules:
    """The rules; raises ClassifiersMissingError."""
    if settings.text("upload_classifiers") != "known":
        return UploadRules()
    try:
        from trove_classifiers import classifiers
    except ImportError:
        raise ClassifiersMissingError from None
    return UploadRules(classifiers=frozenset(classifiers))

"""A project that is installed in its own environment says there what it requires: that follows its file."""

from bodega.formats.errors import BodegaError
from bodega.installer.commands.install import InstallOptions, install
from bodega.installer.commands.request import request_of_lines
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.installed import scan
from bodega.installer.indexes.places import file_url
from bodega.installer.inputs.requirements_file import Inputs, RequirementLine


def renew_itself(folder: str, workshop: Workshop) -> str | None:
    """Install the project of a folder anew, without what it requires, where it is installed from there.

    Says in a sentence what was done, or why it could not be: what was changed before stays either way.
    """
    url = file_url(folder)
    for one in scan(workshop.interpreter()).values():
        document = one.direct_url or {}
        info = document.get("dir_info")
        if document.get("url") == url and isinstance(info, dict):
            line = RequirementLine(url, editable=bool(info.get("editable")))
            try:
                install(request_of_lines([line], Inputs()), InstallOptions(dependencies=False), workshop)
            except BodegaError as error:
                return (
                    f"{one.name} itself could not be installed anew, and says what it required: {error.what}"
                )
            return f"{one.name} itself is installed anew, as what it requires changed"
    return None

"""Run by the interpreter that is asked about itself (CPython 3.8 or later); prints one JSON object.

python -I questions.py FOLDER_OF_PACKAGING
"""

import importlib.util
import json
import os
import platform
import sys
import sysconfig
from typing import Any, Dict, List, Optional  # noqa: UP035 - Python 3.8 runs this


def _version(info: Any) -> str:
    text = "{}.{}.{}".format(*info[:3])
    return text if info[3] == "final" else text + info[3][0] + str(info[4])


def _markers() -> Dict[str, str]:  # noqa: UP006
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": _version(sys.implementation.version),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


def _tags() -> Optional[List[str]]:  # noqa: UP006, UP045
    sys.path.append(sys.argv[1])
    try:
        from packaging.tags import sys_tags  # noqa: PLC0415 - found only on the path just added

        return [str(tag) for tag in sys_tags()]
    except Exception:  # noqa: BLE001 - too old for this version of packaging: the asker works it out
        return None


def _main() -> None:
    paths = sysconfig.get_paths()
    headers = os.path.join(paths["include"], "site") if sys.prefix != sys.base_prefix else paths["include"]
    answer = {
        "executable": sys.executable,
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "platlibdir": getattr(sys, "platlibdir", "lib"),
        "scheme": {key: paths[key] for key in ("purelib", "platlib", "scripts", "data")},
        "headers": headers,
        "stdlib": paths["stdlib"],
        "markers": _markers(),
        "cache_tag": sys.implementation.cache_tag,
        "magic": importlib.util.MAGIC_NUMBER.hex(),
        "tags": _tags(),
        "threading": "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else "",
    }
    print(json.dumps(answer))  # noqa: T201 - this is the answer


_main()

"""How the process's own log lines look: text, or one JSON object a line."""

import json
import logging
import time
from typing import Any

from bodega.web.request_log import LogFormat


class JsonFormatter(logging.Formatter):
    """One object with time, level, logger, event and, for a failure, its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line: dict[str, Any] = {
            "time": f"{_moment(record)}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """Time, level, words."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, with its traceback below where there is one."""
        line = f"{_moment(record)}Z {record.levelname.lower()}: {record.getMessage()}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def set_up_logging(form: LogFormat) -> None:
    """Send every log line of the process to stderr in that form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bodega").setLevel(logging.INFO)
    # Its words about answers that we break off on purpose would read like defects.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)


def _moment(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))

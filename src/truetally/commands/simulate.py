"""`truetally simulate`: write labelled log records of a scenario; nothing is ever sent."""

from pathlib import Path
from typing import Annotated

import typer

from truetally.commands.options import JsonOption, LangOption

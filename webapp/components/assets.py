"""The components' own files, served under `/assets/<version>/`, and the way pages load them.

A component is a Python module, a folder of plain ES modules and a style sheet. Only a line of
script travels with every page; the modules come from here and stay in the browser's cache.
"""

import hashlib
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent
_SERVED = (".js", ".txt")


@cache
def assets_version() -> str:
    """A name for the present content of all component files."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*.js")):
        digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def loader(module: str) -> str:
    """The script of a component whose module (say `player/player.js`) exports `mount`."""
    address = f"/assets/{assets_version()}/{module}"
    return (
        f"const loaded = import(window.location.origin + '{address}');\n"
        "export default async (component) => (await loaded).mount(component);\n"
    )


def style(sheet: str) -> str:
    """The style sheet of a component, as text."""
    return (FOLDER / sheet).read_text(encoding="utf-8")


class _Assets(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        version, _, file = path.partition("/")
        if version != assets_version() or not file.endswith(_SERVED):
            raise HTTPException(404)
        response = await super().get_response(file, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


assets = _Assets(directory=FOLDER)
"""The ASGI application that serves the files."""

"""The pages as `duly serve` has them, in a process of their own; every supplier comes from one address here."""

import asyncio
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn

from bot import pages, web
from bot.limiter import Limiter
from bot.serve import Server
from bot.service import Service
from bot.web_form import Forms
from handlers.web_links import Web
from knowledge.library import open_library
from storage.database import open_database

if __name__ == "__main__":
    database = Path(os.environ["DULY_DATABASE"])
    service = Service(open_database(str(database)), open_library(), ZoneInfo("Europe/Stockholm"))
    service.web = Web(secret=os.environ["DULY_SECRET"])
    forms = Forms(service, database.with_suffix(".files"))
    forms.addresses = Limiter(1_000_000, 1_000_000)  # the limit is not what is measured
    app = web.app(dict, pages=[*pages.static_routes(service.web), *forms.routes()])
    port = int(os.environ["DULY_PORT"])
    server = Server(uvicorn.Config(app, port=port, log_level="error", access_log=False, lifespan="off"))
    asyncio.run(server.serve())

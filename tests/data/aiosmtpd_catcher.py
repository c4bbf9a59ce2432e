"""A mail server that nobody of mentiond wrote (aiosmtpd), keeping each accepted mail as a file.

Usage: aiosmtpd_catcher.py DIR [SECONDS]
Prints its port, then serves until its standard input ends. SECONDS is a pause before and after a mail is kept, so that
a client can be killed in the middle of sending.
"""

import asyncio
import itertools
import os
import sys

from aiosmtpd.smtp import SMTP


class Keeper:
    def __init__(self, folder, pause):
        self.folder = folder
        self.pause = pause
        self.numbers = itertools.count(1)

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.pause)
        name = os.path.join(self.folder, f"{next(self.numbers):06}")
        with open(name + ".new", "wb") as file:
            file.write(envelope.content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(name + ".new", name + ".eml")
        await asyncio.sleep(self.pause)
        return "250 2.0.0 kept"


async def main():
    folder = sys.argv[1]
    pause = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    keeper = Keeper(folder, pause)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper, enable_SMTPUTF8=True), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())

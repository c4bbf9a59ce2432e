"""What the daemon costs while nothing happens.

Usage: python3 tests/bench/idle.py [target/release/mentiond]

Starts the daemon with 100 feeds on loopback and prints: the time from its start to READY with an empty database (median
of ten starts), its resident memory after the first poll of every feed, and the processor time it used in a minute in
which no poll was due.
"""

import http.server
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

FEEDS = 100
ITEMS = 30


class Feed(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self):
        Feed.asked += 1
        name = self.path.strip("/")
        items = "".join(
            f"<item><guid>{name}-{n}</guid><link>http://x.example/{name}/{n}</link><title>Item {n} of {name}</title>"
            f"<description>{'Some words about bags and weather. ' * 20}</description></item>"
            for n in range(ITEMS)
        )
        body = f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def configure(folder, port):
    sources = "".join(
        f'[[source]]\nname = "feed{n}"\nkind = "feed"\nurl = "http://127.0.0.1:{port}/feed{n}"\n'
        f'interval = "1h"\nallow_private = true\n'
        for n in range(FEEDS)
    )
    path = os.path.join(folder, "mentiond.toml")
    with open(path, "w") as file:
        file.write(f'state_dir = "state"\nrecipients = ["a@b.example"]\n[[brand]]\nname = "Skip Hop"\n{sources}')
    return path


def start(binary, config):
    """Starts the daemon; answers the process and the seconds until it said READY."""
    folder = os.path.dirname(config)
    address = os.path.join(folder, "notify")
    if os.path.exists(address):
        os.remove(address)
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(address)
    notify.settimeout(20)
    begin = time.monotonic()
    log = open(os.path.join(folder, "log"), "a")
    process = subprocess.Popen(
        [binary, "run", "--config", config], env={**os.environ, "NOTIFY_SOCKET": address}, stderr=log
    )
    while b"READY=1" not in notify.recv(4096):
        pass
    return process, time.monotonic() - begin


def stop(process):
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def status(process, key):
    with open(f"/proc/{process.pid}/status") as file:
        return int(next(line for line in file if line.startswith(key)).split()[1])


def processor_seconds(process):
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    binary = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/mentiond")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    server.handle_error = lambda *_: None  # a daemon that is stopped hangs up
    threading.Thread(target=server.serve_forever, daemon=True).start()

    times = []
    for _ in range(10):
        with tempfile.TemporaryDirectory() as folder:
            process, seconds = start(binary, configure(folder, server.server_port))
            times.append(seconds * 1000)
            stop(process)
    print(f"start to READY, empty database: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms")

    with tempfile.TemporaryDirectory() as folder:
        Feed.asked = 0
        process, _ = start(binary, configure(folder, server.server_port))
        deadline = time.monotonic() + 180
        while Feed.asked < FEEDS and time.monotonic() < deadline:
            time.sleep(0.5)
        print(f"feeds polled: {Feed.asked}, peak memory while polling: {status(process, 'VmHWM') / 1024:.1f} MiB")
        time.sleep(20)
        before = processor_seconds(process)
        time.sleep(60)
        used = processor_seconds(process) - before
        print(f"resident memory, idle, {FEEDS} feeds: {status(process, 'VmRSS') / 1024:.1f} MiB")
        print(f"processor time in an idle minute: {used * 1000:.0f} ms ({used / 60:.3%})")
        stop(process)


main()

"""Verifies the signature of a mail (standard input) with dkimpy, which nobody of mentiond wrote.

Usage: dkim_verify.py NAME RECORD
NAME and RECORD are what the DNS has. Prints `good` or `bad`.
"""

import sys

import dkim

name, record = sys.argv[1], sys.argv[2]


def dns(asked, timeout=5):
    asked = asked.decode() if isinstance(asked, bytes) else asked
    return record.encode() if asked.rstrip(".") == name else None


print("good" if dkim.verify(sys.stdin.buffer.read(), dnsfunc=dns) else "bad")

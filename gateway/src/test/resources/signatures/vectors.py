#!/usr/bin/env python3
"""Writes v4.jsonl and v2.jsonl: requests signed by botocore, which shares no code with Ninebark.

Run it with any Python that has botocore (the files were made with 1.43); the output is the same
each time. Each line is one request: what is on the wire, and the moment it was signed.
"""
import datetime
import json
import random
import time
import urllib.parse
from unittest import mock

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CREDENTIALS = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
NOW = datetime.datetime(2026, 3, 1, 12, 0, 0, tzinfo=datetime.timezone.utc)
HOSTS = ["s3.example.com", "127.0.0.1:9000", "[::1]:9000", "bucket.s3.example.com", "localhost"]
KEYS = [
    "k", "a b", "a+b", "a%b", "a%20b", "a%2Fb", "a//b", "/a", "a/", "a/./b", "a/../b", "..", ".",
    "~-._", "ümlaut", "日本語", "😀", "a\u0301", "!*'()", "@:,;=&$", "#?", "[]{}|\\^`\"<>",
    "tab\tkey", "line\nkey", " lead", "trail ", "A" * 200, "%41", "x=y&z",
]
QUERIES = [
    [], [("acl", None)], [("acl", "")], [("uploads", None)], [("prefix", "a b"), ("max-keys", "2")],
    [("prefix", "a+b")], [("prefix", "ü/😀")], [("list-type", "2"), ("delimiter", "/")],
    [("b", "2"), ("a", "1")], [("a", "2"), ("a", "1")], [("a", ""), ("a", "1")],
    [("A", "1"), ("a", "1"), ("_", "1"), ("-", "1")], [("a", "=&?")], [("a b", "c d")],
    [("marker", "x/../y")], [("versionId", "3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo")],
    [("partNumber", "1"), ("uploadId", "a.b_c-d~e")], [("a", "%2F")], [("a", "~")], [("a", "*")],
    [("response-content-disposition", 'attachment; filename="a b.txt"')], [("k" + str(i), "v") for i in range(20)],
]
HEADERS = [
    [], [("x-amz-meta-a", "1")], [("X-Amz-Meta-Case", "MiXed")], [("x-amz-meta-space", "  a   b  ")],
    [("x-amz-meta-empty", "")], [("x-amz-meta-b", "2"), ("x-amz-meta-a", "1")],
    [("Range", "bytes=0-9")], [("Content-Type", "text/plain; charset=utf-8")],
    [("If-Match", '"abc"')], [("x-amz-meta-quote", 'a "quoted  part" b')],
    [("x-amz-copy-source", "/b/a%20b?versionId=x")], [("x-amz-tagging", "a=1&b=2")],
    [("x-amz-meta-tab", "a\tb")], [("Cache-Control", "no-cache,  no-store")],
    [("x-amz-meta-comma", "a,b , c")], [("x-amz-storage-class", "STANDARD")],
]
PAYLOADS = ["UNSIGNED-PAYLOAD", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"]
METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE"]


def path(key):
    return "/bucket/" + urllib.parse.quote(key, safe="/~-._")


def query(pairs):
    return "&".join(
        urllib.parse.quote(name, safe="~-._")
        + ("" if value is None else "=" + urllib.parse.quote(value, safe="~-._"))
        for name, value in pairs)


def request(method, target, headers, host):
    made = AWSRequest(method=method, url="http://" + host + target)
    made.headers["host"] = host
    for name, value in headers:
        made.headers[name] = value
    return made


def line(out, method, url, headers, host):
    target = url[len("http://" + host):]
    out.write(json.dumps({"method": method, "target": target, "headers": headers},
                         ensure_ascii=True) + "\n")


def wire(made):
    return [[name.lower(), value] for name, value in made.headers.items()]


def cases(rng, count):
    """Every value of each list at least once, and then any with any."""
    for i in range(count):
        longest = max(len(KEYS), len(QUERIES), len(HEADERS))
        pick = (lambda values: values[i % len(values)]) if i < longest else rng.choice
        yield (pick(METHODS), pick(KEYS), pick(QUERIES), pick(HEADERS), pick(HOSTS), pick(PAYLOADS))


def version_four(out):
    rng = random.Random(4)
    with mock.patch("botocore.auth.get_current_datetime", lambda *a, **k: NOW.replace(tzinfo=None)):
        for method, key, pairs, headers, host, payload in cases(rng, 240):
            made = request(method, path(key) + ("?" + query(pairs) if pairs else ""), headers, host)
            made.headers["X-Amz-Content-SHA256"] = payload
            signer = auth.S3SigV4Auth(CREDENTIALS, "s3", rng.choice(["us-east-1", "eu-central-1"]))
            with mock.patch.object(signer, "payload", lambda _: payload), \
                    mock.patch.object(auth.S3SigV4Auth, "_modify_request_before_signing",
                                      lambda self, r: auth.SigV4Auth._modify_request_before_signing(self, r)):
                signer.add_auth(made)
            line(out, method, made.url, wire(made), host)
        for method, key, pairs, headers, host, _ in cases(rng, 80):
            headers = [each for each in headers if not each[0].lower().startswith("content-")]
            made = request(method, path(key) + ("?" + query(pairs) if pairs else ""), headers, host)
            auth.S3SigV4QueryAuth(CREDENTIALS, "s3", "us-east-1", 900).add_auth(made)
            line(out, method, made.url, wire(made), host)


def version_two(out):
    rng = random.Random(2)
    stamp = NOW.timestamp()
    with mock.patch("botocore.auth.formatdate", lambda usegmt: "Sun, 01 Mar 2026 12:00:00 GMT"), \
            mock.patch.object(time, "time", lambda: stamp):
        for presigned in (False, True):
            for method, key, pairs, headers, host, _ in cases(rng, 60):
                # Version 2 never said how white space within a value is signed.
                headers = [(name, " ".join(value.split())) for name, value in headers]
                # Each bucket is named by its path, so that one spelling serves every host.
                made = request(method, path(key) + ("?" + query(pairs) if pairs else ""), headers, host)
                signer = (auth.HmacV1QueryAuth(CREDENTIALS, 900) if presigned
                          else auth.HmacV1Auth(CREDENTIALS))
                signer.add_auth(made)
                if presigned:
                    del made.headers["Date"]
                line(out, method, made.url, wire(made), host)


with open("v4.jsonl", "w") as out:
    version_four(out)
with open("v2.jsonl", "w") as out:
    version_two(out)

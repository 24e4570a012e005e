"""Python's own grpcio against an echo server: python3 client.py HOST:PORT FOLDER_OF_PROTOS.

Prints one line of JSON for each scenario: its name, and what went wrong or null.
"""

import json
import os
import shutil
import sys
import tempfile
import threading
import traceback

import grpc
from grpc_tools import protoc

target, protos = sys.argv[1], sys.argv[2]
generated = tempfile.mkdtemp()
# Flat names: a folder called grpc would hide the package of that name.
sources = {
    "echo.proto": "echo.proto",
    "health.proto": "Protos/grpc/health/v1/health.proto",
    "reflection.proto": "Protos/grpc/reflection/v1/reflection.proto",
    "reflection_alpha.proto": "Protos/grpc/reflection/v1alpha/reflection.proto",
}
for name, source in sources.items():
    shutil.copy(os.path.join(protos, source), os.path.join(generated, name))
assert protoc.main(["protoc", "-I" + generated, "--python_out=" + generated, "--grpc_python_out=" + generated, *(os.path.join(generated, name) for name in sources)]) == 0
sys.path.insert(0, generated)

import echo_pb2  # noqa: E402
import echo_pb2_grpc  # noqa: E402
import health_pb2  # noqa: E402
import health_pb2_grpc  # noqa: E402
import reflection_alpha_pb2  # noqa: E402
import reflection_alpha_pb2_grpc  # noqa: E402
import reflection_pb2  # noqa: E402
import reflection_pb2_grpc  # noqa: E402

channel = grpc.insecure_channel(target, options=[("grpc.max_send_message_length", -1)])
echo = echo_pb2_grpc.EchoStub(channel)
Request = echo_pb2.EchoRequest
WAIT = 60


def equal(actual, expected):
    assert actual == expected, "%r is not %r" % (actual, expected)


def failure(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("did not fail")


def unary():
    equal(echo.Say(Request(text="héllo"), timeout=WAIT).text, "héllo")


def server_stream():
    equal([reply.number for reply in echo.Split(Request(times=50), timeout=WAIT)], list(range(1, 51)))


def client_stream():
    reply = echo.Join((Request(text=word) for word in ["to", "be", "or"]), timeout=WAIT)
    equal((reply.text, reply.number), ("to be or", 3))


def duplex():
    turns = threading.Semaphore(1)

    def ask():
        for number in range(1, 6):
            turns.acquire()
            yield Request(text=str(number))

    for reply in echo.Talk(ask(), timeout=WAIT):
        equal(reply.text, str(reply.number))
        turns.release()


def metadata():
    reply, call = echo.Say.with_call(Request(), timeout=WAIT, metadata=[("reflect", "abc"), ("reflect-bin", b"\x00\xff\x01")])
    headers = dict(call.initial_metadata())
    equal((headers["reflect"], headers["reflect-bin"]), ("abc", b"\x00\xff\x01"))


def each_error():
    for code in grpc.StatusCode:
        if code is not grpc.StatusCode.OK:
            error = failure(lambda: echo.Say(Request(fail_with=code.value[0], fail_detail="100 % naïve"), timeout=WAIT))
            equal((error.code(), error.details()), (code, "100 % naïve"))
            equal(dict(error.trailing_metadata())["why-bin"], b"\x01\x02\xff")


def error_after_messages():
    replies = echo.Split(Request(times=2, fail_with=15, fail_detail="gone"), timeout=WAIT)
    equal([next(replies).number, next(replies).number], [1, 2])
    equal(failure(lambda: next(replies)).code(), grpc.StatusCode.DATA_LOSS)


def deadline():
    equal(failure(lambda: echo.Say(Request(hang=True), timeout=0.2)).code(), grpc.StatusCode.DEADLINE_EXCEEDED)


def cancel():
    call = echo.Talk(iter([Request(text="a"), Request(text="b", hang=True)]), timeout=WAIT)
    equal(next(call).text, "a")
    call.cancel()
    equal(failure(lambda: next(call)).code(), grpc.StatusCode.CANCELLED)


def gzip():
    request = Request(text="a" * 100000)
    equal(echo.Say(request, timeout=WAIT, compression=grpc.Compression.Gzip).text, request.text)
    equal([len(reply.text) for reply in echo.Split(Request(text="b" * 5000, times=3), timeout=WAIT, compression=grpc.Compression.Gzip)], [5000] * 3)


def unknown_compression():
    equal(failure(lambda: echo.Say(Request(text="a" * 1000), timeout=WAIT, compression=grpc.Compression.Deflate)).code(), grpc.StatusCode.UNIMPLEMENTED)


def large_message():
    payload = bytes(3 * 1024 * 1024)
    equal(echo.Say(Request(payload=payload), timeout=WAIT).payload, payload)


def over_the_limit():
    error = failure(lambda: echo.Say(Request(payload=bytes(5 * 1024 * 1024)), timeout=WAIT))
    equal(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)


def unknown_method():
    shout = channel.unary_unary("/echo.v1.Echo/Shout", request_serializer=lambda _: b"", response_deserializer=bytes)
    equal(failure(lambda: shout(None, timeout=WAIT)).code(), grpc.StatusCode.UNIMPLEMENTED)


def malformed_message():
    say = channel.unary_unary("/echo.v1.Echo/Say", request_serializer=lambda _: b"\xff\xff", response_deserializer=bytes)
    equal(failure(lambda: say(None, timeout=WAIT)).code(), grpc.StatusCode.INVALID_ARGUMENT)


def retrying():
    policy = {
        "methodConfig": [{
            "name": [{"service": "echo.v1.Echo"}],
            "retryPolicy": {
                "maxAttempts": 4,
                "initialBackoff": "0.01s",
                "maxBackoff": "0.1s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }]
    }
    return grpc.insecure_channel(target, options=[("grpc.service_config", json.dumps(policy)), ("grpc.enable_retries", 1)])


def retry():
    with retrying() as patient:
        stub = echo_pb2_grpc.EchoStub(patient)
        equal(stub.Say(Request(text="python", fail_first=3), timeout=WAIT).text, "python")
        equal(failure(lambda: stub.Say(Request(text="python too often", fail_first=4), timeout=WAIT)).code(), grpc.StatusCode.UNAVAILABLE)


def retry_pushback():
    with retrying() as patient:
        stub = echo_pb2_grpc.EchoStub(patient)
        equal(stub.Say(Request(text="python in time", fail_first=1, pushback_ms=5), timeout=WAIT).text, "python in time")
        equal(failure(lambda: stub.Say(Request(text="python never", fail_first=1, pushback_ms=-1), timeout=WAIT)).code(), grpc.StatusCode.UNAVAILABLE)


def health():
    stub = health_pb2_grpc.HealthStub(channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    equal(stub.Check(health_pb2.HealthCheckRequest(), timeout=WAIT).status, serving)
    equal(stub.Check(health_pb2.HealthCheckRequest(service="echo.v1.Echo"), timeout=WAIT).status, serving)
    equal(failure(lambda: stub.Check(health_pb2.HealthCheckRequest(service="none"), timeout=WAIT)).code(), grpc.StatusCode.NOT_FOUND)
    watch = stub.Watch(health_pb2.HealthCheckRequest(), timeout=WAIT)
    equal(next(watch).status, serving)
    watch.cancel()


def reflection():
    for messages, services in [(reflection_pb2, reflection_pb2_grpc), (reflection_alpha_pb2, reflection_alpha_pb2_grpc)]:
        stub = services.ServerReflectionStub(channel)
        ask = messages.ServerReflectionRequest
        answers = list(stub.ServerReflectionInfo(iter([ask(list_services=""), ask(file_containing_symbol="echo.v1.Echo")]), timeout=WAIT))
        names = [service.name for service in answers[0].list_services_response.service]
        equal(sorted(names), ["echo.v1.Echo", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"])
        equal(len(answers[1].file_descriptor_response.file_descriptor_proto), 1)


for scenario in [unary, server_stream, client_stream, duplex, metadata, each_error, error_after_messages, deadline, cancel, gzip,
                 unknown_compression, large_message, over_the_limit, unknown_method, malformed_message, retry, retry_pushback, health, reflection]:
    try:
        scenario()
        error = None
    except Exception:
        error = traceback.format_exc()
    print(json.dumps({"scenario": scenario.__name__, "error": error}), flush=True)

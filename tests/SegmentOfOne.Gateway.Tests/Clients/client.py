"""Python's own grpcio against a gateway, from the plain .proto: python3 client.py HOST:PORT FOLDER_OF_PROTOS.

Prints one line of JSON for each scenario: its name, and what went wrong or null.
"""

import json
import os
import shutil
import sys
import tempfile
import threading
import time
import traceback

import grpc
from grpc_tools import protoc

target, protos = sys.argv[1], sys.argv[2]
generated = tempfile.mkdtemp()
# Flat names: a folder called grpc would hide the package of that name.
sources = {
    "experience.proto": "experience.proto",
    "health.proto": "Protos/grpc/health/v1/health.proto",
    "reflection.proto": "Protos/grpc/reflection/v1/reflection.proto",
}
for name, source in sources.items():
    shutil.copy(os.path.join(protos, source), os.path.join(generated, name))
well_known = os.path.join(os.path.dirname(protoc.__file__), "_proto")
includes = ["-I" + folder for folder in (generated, well_known, "/usr/include") if os.path.isdir(folder)]
outputs = ["--python_out=" + generated, "--grpc_python_out=" + generated]
assert protoc.main(["protoc", *includes, *outputs, *(os.path.join(generated, name) for name in sources)]) == 0
sys.path.insert(0, generated)

import experience_pb2 as messages  # noqa: E402
import experience_pb2_grpc  # noqa: E402
import health_pb2  # noqa: E402
import health_pb2_grpc  # noqa: E402
import reflection_pb2  # noqa: E402
import reflection_pb2_grpc  # noqa: E402

channel = grpc.insecure_channel(target)
experience = experience_pb2_grpc.ExperienceStub(channel)
WAIT = 60


def equal(actual, expected):
    assert actual == expected, "%r is not %r" % (actual, expected)


def failure(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("did not fail")


def interaction(user, number, **more):
    request = messages.InteractRequest(
        customer=messages.Identifier(kind="user_id", value=user), interaction_id=str(number), type="product_viewed", channel="web", **more)
    request.properties["price"].number_value = 12.5
    request.properties["product_id"].string_value = "teapot"
    return request


def interact():
    reply = experience.Interact(interaction("python", 1, placements=["home_hero"]), timeout=WAIT)
    equal((reply.version, reply.duplicate, reply.stage, len(reply.decisions)), (1, False, messages.AWARENESS, 1))
    again = experience.Interact(interaction("python", 1, placements=["home_hero"]), timeout=WAIT)
    equal((again.version, again.duplicate, again.decisions), (1, True, reply.decisions))
    receipt = experience.GetReceipt(messages.GetReceiptRequest(receipt_id=reply.decisions[0].receipt_id), timeout=WAIT)
    equal(receipt.placement, "home_hero")


def read():
    customer = messages.Identifier(kind="user_id", value="python reads")
    experience.Interact(interaction("python reads", 1), timeout=WAIT)
    state = experience.GetCustomer(messages.GetCustomerRequest(customer=customer), timeout=WAIT)
    equal((state.version, [activity.type for activity in state.activities]), (1, ["product_viewed"]))
    story = experience.ListTurns(messages.ListTurnsRequest(customer=customer), timeout=WAIT)
    observed = [fact for fact in story.turns[0].facts if fact.name == "interaction_observed"][0]
    equal(observed.properties["price"].number_value, 12.5)
    decided = experience.Decide(messages.DecideRequest(customer=customer, channel="web", placements=["home_hero"]), timeout=WAIT)
    equal((decided.version, len(decided.decisions)), (2, 1))


def stream():
    requests = [interaction("python streams", number) for number in range(1, 101)]
    requests.insert(50, messages.InteractRequest(interaction_id="bad"))
    replies = list(experience.InteractStream(iter(requests), timeout=WAIT))
    equal([reply.version for reply in replies if not reply.HasField("error")], list(range(1, 101)))
    equal([reply.error.name for reply in replies if reply.HasField("error")], ["customer_missing"])


def refused():
    error = failure(lambda: experience.Interact(interaction("python", ""), timeout=WAIT))
    equal((error.code(), dict(error.trailing_metadata())["segmentofone-error"]), (grpc.StatusCode.INVALID_ARGUMENT, "interaction_id_missing"))


def not_found():
    nobody = messages.GetCustomerRequest(customer=messages.Identifier(kind="user_id", value="nobody"))
    error = failure(lambda: experience.GetCustomer(nobody, timeout=WAIT))
    equal((error.code(), dict(error.trailing_metadata())["segmentofone-error"]), (grpc.StatusCode.NOT_FOUND, "customer_not_found"))


def unknown_method():
    forget = channel.unary_unary("/segmentofone.v1.Experience/Forget", request_serializer=lambda _: b"", response_deserializer=bytes)
    equal(failure(lambda: forget(None, timeout=WAIT)).code(), grpc.StatusCode.UNIMPLEMENTED)


def malformed_message():
    broken = channel.unary_unary("/segmentofone.v1.Experience/Interact", request_serializer=lambda _: b"\xff\xff", response_deserializer=bytes)
    error = failure(lambda: broken(None, timeout=WAIT))
    equal((error.code(), dict(error.trailing_metadata())["segmentofone-error"]), (grpc.StatusCode.INVALID_ARGUMENT, "malformed_message"))


def deadline():
    silent = (interaction("nobody", number) for number in iter(lambda: time.sleep(5), 0))
    equal(failure(lambda: list(experience.InteractStream(silent, timeout=0.3))).code(), grpc.StatusCode.DEADLINE_EXCEEDED)


def cancel():
    more = threading.Event()

    def requests():
        yield interaction("python cancels", 1)
        more.wait()

    call = experience.InteractStream(requests(), timeout=WAIT)
    equal(next(call).version, 1)
    call.cancel()
    more.set()
    equal(failure(lambda: next(call)).code(), grpc.StatusCode.CANCELLED)


def gzip():
    request = interaction("python packs", 1)
    request.properties["note"].string_value = "x" * 4000
    equal(experience.Interact(request, timeout=WAIT, compression=grpc.Compression.Gzip).version, 1)


def health():
    stub = health_pb2_grpc.HealthStub(channel)
    equal(stub.Check(health_pb2.HealthCheckRequest(service="segmentofone.v1.Experience"), timeout=WAIT).status, health_pb2.HealthCheckResponse.SERVING)


def reflection():
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    answers = list(stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]), timeout=WAIT))
    names = [service.name for service in answers[0].list_services_response.service]
    assert "segmentofone.v1.Experience" in names, names


for scenario in [interact, read, stream, refused, not_found, unknown_method, malformed_message, deadline, cancel, gzip, health, reflection]:
    try:
        scenario()
        error = None
    except Exception:
        error = traceback.format_exc()
    print(json.dumps({"scenario": scenario.__name__, "error": error}), flush=True)

"""The bucket as home of packages: pages, races, lost answers, and a bucket that can't be used.

What holds for a folder as well: test_package_homes.py.
"""

import io
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ProfileNotFound,
)

from postering.channels.packages.s3_calls import s3_client
from postering.channels.packages.s3_home import UploadsBucket
from postering.channels.packages.uploads import PackageUploads
from postering.domain.errors import PackageExists, PackageMissing, PackageRefused, UploadsUnavailable
from tests.channels.packages.package_examples import GROUP, SESSION, package_bytes
from tests.own_aws import own_aws

BUCKET = "shop-uploads-123456789012-eu-central-1"
KEY = "uploads/Default/one.zip"
QUARANTINED = "quarantine/Default/one.zip"


class Client:
    """A client of S3 that keeps its calls, and lets a test come in before, after or instead of one."""

    def __init__(self, client: Any) -> None:
        self.real = client
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.before: dict[str, Callable[[], object]] = {}
        self.after: dict[str, Callable[[], object]] = {}
        self.answers: dict[str, Callable[[Any], Any]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def called(**arguments: Any) -> Any:
            self.calls.append((name, arguments))
            # Each happens once.
            self.before.pop(name, lambda: None)()
            answer = getattr(self.real, name)(**arguments)
            self.after.pop(name, lambda: None)()
            return self.answers.pop(name, lambda same: same)(answer)

        return called

    def put(self, content: bytes, key: str = KEY) -> None:
        self.real.put_object(Bucket=BUCKET, Key=key, Body=content)

    def remove(self, key: str = KEY) -> None:
        self.real.delete_object(Bucket=BUCKET, Key=key)

    def keys(self) -> list[str]:
        return [found["Key"] for found in self.real.list_objects_v2(Bucket=BUCKET).get("Contents", ())]

    def named(self, call: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == call]


@pytest.fixture
def client() -> Iterator[Client]:
    with own_aws():
        real = boto3.client("s3", region_name="us-east-1")
        real.create_bucket(Bucket=BUCKET)
        real.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield Client(real)


@pytest.fixture
def bucket(client: Client) -> UploadsBucket:
    return UploadsBucket(client, BUCKET)


def refused(code: str, call: str = "GetObject") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "as S3 says it"}}, call)


def raising(error: Exception) -> Callable[[], object]:
    def fail() -> object:
        raise error

    return fail


def content_of(bucket: UploadsBucket) -> bytes:
    with bucket.open("Default", "one") as stream:
        return stream.read()


# --- listing


def test_a_listing_goes_on_over_all_pages(client: Client, bucket: UploadsBucket) -> None:
    for number in range(5):
        client.put(b"1", f"uploads/Default/{number}.zip")
        client.put(b"1", f"uploads/G{number}/x.zip")
    real = client.real.list_objects_v2
    client.real.list_objects_v2 = lambda **arguments: real(**{"MaxKeys": 2, **arguments})

    assert [listed.session for listed in bucket.listed("Default")] == ["0", "1", "2", "3", "4"]
    assert bucket.groups() == ("Default", "G0", "G1", "G2", "G3", "G4")
    assert len(client.named("list_objects_v2")) > 5


def test_the_same_bytes_again_have_the_same_fingerprint(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"1")
    before = bucket.listed("Default")

    client.put(b"1")

    assert bucket.listed("Default") == before


# --- writing


def test_a_package_is_one_request_with_its_checksum_and_on_condition(client: Client, bucket: UploadsBucket) -> None:
    bucket.write("Default", "one", lambda stream: stream.write(b"12345"))

    (put,) = client.named("put_object")
    assert (put["IfNoneMatch"], put["ChecksumSHA256"]) == ("*", "WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U=")


def test_a_package_that_comes_just_before_ours_stays(client: Client, bucket: UploadsBucket) -> None:
    client.before["put_object"] = lambda: client.put(b"theirs")

    with pytest.raises(PackageExists, match=r"s3://.*/uploads/Default/one\.zip is there already"):
        bucket.write("Default", "one", lambda stream: stream.write(b"ours"))

    assert content_of(bucket) == b"theirs"


def test_a_write_whose_answer_was_lost_is_known_again(client: Client, bucket: UploadsBucket) -> None:
    client.after["put_object"] = raising(refused("PreconditionFailed", "PutObject"))

    assert bucket.write("Default", "one", lambda stream: stream.write(b"ours")) == 4

    assert content_of(bucket) == b"ours"


def test_a_write_that_another_one_kept_from_happening_is_tried_again(client: Client, bucket: UploadsBucket) -> None:
    client.before["put_object"] = raising(refused("ConditionalRequestConflict", "PutObject"))

    bucket.write("Default", "one", lambda stream: stream.write(b"ours"))

    assert content_of(bucket) == b"ours"


def test_a_write_ends_with_a_message_where_it_never_comes_through(client: Client, bucket: UploadsBucket) -> None:
    client.real.put_object = lambda **_: raising(refused("ConditionalRequestConflict"))()

    with pytest.raises(UploadsUnavailable, match="kept changing while it was written"):
        bucket.write("Default", "one", lambda stream: stream.write(b"ours"))


# --- reading


def breaking(kept: int) -> Callable[[Any], Any]:
    """The answer's body ends after `kept` bytes, as where a connection breaks off."""

    class Body:
        def __init__(self, content: bytes) -> None:
            self.content = content

        def iter_chunks(self, _size: int) -> Iterator[bytes]:
            yield self.content[:kept]
            raise IncompleteReadError(actual_bytes=kept, expected_bytes=len(self.content))

    return lambda answer: {**answer, "Body": Body(answer["Body"].read())}


def test_a_download_that_breaks_off_is_taken_up_where_it_was(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"0123456789")
    client.answers["get_object"] = breaking(4)

    assert content_of(bucket) == b"0123456789"

    _, second = client.named("get_object")
    assert (second["Range"], bool(second["IfMatch"])) == ("bytes=4-", True)


def test_a_download_that_breaks_off_again_and_again_ends_with_a_message(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"0123456789")
    real = client.real.get_object
    client.real.get_object = lambda **arguments: breaking(0)(real(**arguments))

    with pytest.raises(UploadsUnavailable, match=f"bucket {BUCKET}: S3 can't be reached; check the network"):
        content_of(bucket)


def test_a_package_overwritten_between_two_parts_of_a_download_is_noticed(
    client: Client, bucket: UploadsBucket
) -> None:
    client.put(b"0123456789")
    client.answers["get_object"] = breaking(4)
    client.after["get_object"] = lambda: client.put(b"abcdefghij")

    with pytest.raises(PackageRefused, match="was overwritten while it was read; run the P-job again"):
        content_of(bucket)


def test_a_package_overwritten_while_it_is_read_is_noticed(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"old")
    client.after["get_object"] = lambda: client.put(b"new")

    with pytest.raises(PackageRefused, match="was overwritten while it was read"):
        content_of(bucket)


def test_a_package_overwritten_by_the_same_bytes_is_read(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"same")
    client.after["get_object"] = lambda: client.put(b"same")

    assert content_of(bucket) == b"same"


def test_a_package_removed_while_it_is_read_is_noticed(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"old")
    client.after["get_object"] = client.remove

    with pytest.raises(PackageMissing, match=r"was removed while it was read; put the package back, or cancel"):
        content_of(bucket)


def test_a_package_quarantined_by_another_run_while_it_is_read_is_read_from_there(
    client: Client, bucket: UploadsBucket
) -> None:
    client.put(b"bytes")
    client.after["get_object"] = lambda: UploadsBucket(client.real, BUCKET).quarantine("Default", "one")

    assert content_of(bucket) == b"bytes"


def test_a_checksum_is_of_the_bytes_that_lie_there_at_the_end(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"old")
    client.after["get_object"] = lambda: client.put(b"new")

    digest = PackageUploads(bucket).digest("Default", "one")

    assert digest == "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"


def test_a_package_is_read_as_it_was_when_it_was_opened(client: Client, bucket: UploadsBucket) -> None:
    key = f"uploads/{GROUP}/{SESSION}.zip"
    client.put(package_bytes(), key)

    with PackageUploads(bucket).read(GROUP, SESSION) as package:
        client.put(b"something else", key)

        assert len(list(package.rows())) == package.records > 0


# --- quarantine


def test_a_quarantine_that_died_after_the_copy_is_ended_by_the_next(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"1")
    client.before["delete_object"] = raising(RuntimeError("the process died"))
    with pytest.raises(RuntimeError):
        bucket.quarantine("Default", "one")
    assert client.keys() == [QUARANTINED, KEY]
    assert content_of(bucket) == b"1"

    bucket.quarantine("Default", "one")

    assert client.keys() == [QUARANTINED]


def test_copies_that_only_differ_in_their_etag_are_the_same_package(client: Client, bucket: UploadsBucket) -> None:
    upload = client.real.create_multipart_upload(Bucket=BUCKET, Key=KEY)["UploadId"]
    part = client.real.upload_part(Bucket=BUCKET, Key=KEY, UploadId=upload, PartNumber=1, Body=b"1")
    parts = [{"ETag": part["ETag"], "PartNumber": 1}]
    client.real.complete_multipart_upload(Bucket=BUCKET, Key=KEY, UploadId=upload, MultipartUpload={"Parts": parts})
    client.put(b"1", QUARANTINED)

    bucket.quarantine("Default", "one")

    assert client.keys() == [QUARANTINED]


def test_a_package_overwritten_before_it_is_copied_is_copied_as_it_is_now(
    client: Client, bucket: UploadsBucket
) -> None:
    client.put(b"old")

    def overwritten() -> None:
        client.put(b"new")
        # What S3 says to CopySourceIfMatch; moto does not look at it.
        raise refused("PreconditionFailed", "CopyObject")

    client.before["copy_object"] = overwritten

    bucket.quarantine("Default", "one")

    assert client.keys() == [QUARANTINED]
    assert content_of(bucket) == b"new"
    assert client.named("copy_object")[-1]["CopySourceIfMatch"]


def test_bytes_that_come_after_the_copy_are_not_removed(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"old")
    client.before["delete_object"] = lambda: client.put(b"new")

    with pytest.raises(PackageExists, match="is there already, with other bytes; remove s3://"):
        bucket.quarantine("Default", "one")

    assert client.keys() == [QUARANTINED, KEY]


def test_a_package_that_another_run_quarantines_meanwhile_is_fine(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"1")
    client.before["copy_object"] = lambda: UploadsBucket(client.real, BUCKET).quarantine("Default", "one")

    bucket.quarantine("Default", "one")

    assert client.keys() == [QUARANTINED]


def test_a_package_that_is_overwritten_all_the_time_is_refused(client: Client, bucket: UploadsBucket) -> None:
    client.put(b"1")
    client.real.copy_object = lambda **_: raising(refused("PreconditionFailed"))()

    with pytest.raises(PackageRefused, match="again while it is moved to quarantine"):
        bucket.quarantine("Default", "one")

    assert client.keys() == [KEY]


# --- a bucket that can't be used


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (refused("AccessDenied"), "this identity may not use it; give it the rights that template.yaml gives"),
        (refused("403"), "this identity may not use it"),
        (refused("ExpiredToken"), "the credentials have expired; sign in again"),
        (refused("InvalidAccessKeyId"), "the credentials are not valid; sign in again"),
        (refused("SlowDown"), "run it again later"),
        (refused("Teapot"), "the call was refused"),
        (NoCredentialsError(), "there are no credentials; sign in again, or set AWS_ACCESS_KEY_ID"),
        (EndpointConnectionError(endpoint_url="https://s3"), "S3 can't be reached; check the network, the region"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bucket_that_can_not_be_used_is_named_with_what_to_do(
    client: Client, bucket: UploadsBucket, error: Exception, described: str
) -> None:
    uses: list[Callable[[], object]] = [
        lambda: bucket.listed("Default"),
        bucket.groups,
        lambda: bucket.fingerprint("Default", "one"),
        lambda: content_of(bucket),
        lambda: bucket.write("Default", "one", lambda stream: stream.write(b"1")),
        lambda: bucket.quarantine("Default", "one"),
    ]
    for use in uses:
        client.before.update({"list_objects_v2": raising(error), "get_object": raising(error)})

        with pytest.raises(UploadsUnavailable) as unavailable:
            use()

        assert str(unavailable.value).startswith(f"bucket {BUCKET}: ")
        assert described in str(unavailable.value)


def test_a_bucket_that_is_not_there_is_never_taken_for_an_empty_one(client: Client) -> None:
    bucket = UploadsBucket(client, "nowhere-uploads")
    uses: list[Callable[[], object]] = [
        lambda: bucket.listed("Default"),
        lambda: content_of(bucket),
        lambda: bucket.write("Default", "one", lambda stream: stream.write(b"1")),
        lambda: bucket.quarantine("Default", "one"),
    ]

    for use in uses:
        with pytest.raises(UploadsUnavailable, match=r"bucket nowhere-uploads: there is no such bucket; deploy"):
            use()


def test_a_large_package_does_not_stay_in_memory(bucket: UploadsBucket) -> None:
    content = bytes(9 * 1024 * 1024)

    bucket.write("Default", "one", lambda stream: stream.write(content))

    with bucket.open("Default", "one") as stream:
        assert stream.seek(0, io.SEEK_END) == len(content)
        assert isinstance(stream.fileno(), int)


def test_the_client_is_made_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566")
    assert s3_client().meta.endpoint_url == "http://127.0.0.1:4566"

    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    with pytest.raises(UploadsUnavailable, match="no-such-profile") as unavailable:
        s3_client()
    assert isinstance(unavailable.value.__cause__, ProfileNotFound)

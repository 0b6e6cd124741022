"""docs/aws.md keeps its word: its commands name what the template, the event files and the tools have."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.artefact.aws_template import ROOT, TEMPLATE

DOCUMENT = (ROOT / "docs/aws.md").read_text(encoding="utf-8")
LINES = [
    line
    for block in re.findall(r"(?ms)^```console\n(.*?)^```", DOCUMENT)
    for line in block.splitlines()
    if not line.startswith("postering ")
]
STACK = "postering"
FUNCTIONS = {
    found["Properties"]["FunctionName"].replace("${AWS::StackName}", STACK): name
    for name, found in TEMPLATE["Resources"].items()
    if found["Type"] == "AWS::Serverless::Function"
}
# The options of each command that the document may use.
KNOWN = {
    "aws lambda invoke": {"--function-name", "--cli-binary-format", "--payload", "--cli-read-timeout"},
    "aws logs tail": {"--since"},
    "aws s3 cp": set(),
    "aws secretsmanager create-secret": {"--name", "--secret-string"},
    "aws sqs receive-message": {"--queue-url"},
    "sam delete": {"--stack-name"},
    "sam deploy": {"--stack-name", "--no-confirm-changeset", "--parameter-overrides"},
    "sam local invoke": {"-e", "--env-vars", "--parameter-overrides"},
}


def words(line: str) -> list[str]:
    found = shlex.split(line)
    return [found[0].removeprefix(".venv-tools/bin/"), *found[1:]]


def command_of(given: list[str]) -> str:
    return next((known for known in KNOWN if given[: len(known.split())] == known.split()), "")


@pytest.mark.parametrize("line", [line for line in LINES if words(line)[0] in {"aws", "sam"}])
def test_a_command_is_known_with_its_options(line: str) -> None:
    given = words(line)

    assert command_of(given)
    assert {word for word in given if word.startswith("-")} - KNOWN[command_of(given)] == set()


def test_every_line_is_of_a_tool_that_is_checked() -> None:
    assert {words(line)[0] for line in LINES} == {"aws", "sam", "make", "export"}


def test_make_is_asked_for_targets_and_variables_that_it_has() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for line in (line for line in LINES if line.startswith("make ")):
        target, *settings = line.split()[1:]
        assert re.search(rf"(?m)^{target}:", makefile)
        for setting in settings:
            name, _, value = setting.partition("=")
            assert f"$({name})" in makefile
            assert value in TEMPLATE["Parameters"]["Architecture"]["AllowedValues"]


def test_every_event_file_is_invoked_by_hand_on_its_function() -> None:
    invoked = set()
    for line in (line for line in LINES if line.startswith("aws lambda invoke")):
        given = words(line)
        path = Path(given[given.index("--payload") + 1].removeprefix("file://"))
        logical = FUNCTIONS[given[given.index("--function-name") + 1]]
        assert Path(TEMPLATE["Resources"][logical]["Properties"]["CodeUri"]).name == path.parent.name
        invoked.add(path.as_posix())

    assert invoked == {path.relative_to(ROOT).as_posix() for path in (ROOT / "events").rglob("*.json")}


def test_functions_and_events_of_sam_local_are_there() -> None:
    local = [words(line) for line in LINES if "sam local invoke" in line]

    assert {given[3] for given in local} == set(FUNCTIONS.values())
    assert all((ROOT / given[given.index("-e") + 1]).is_file() for given in local)
    assert "needs a container engine" in DOCUMENT


def test_the_file_of_sam_local_names_every_function_and_its_variables() -> None:
    (block,) = re.findall(r"(?ms)^```json\n(.*?)^```", DOCUMENT)
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]

    given = json.loads(block)
    assert given.keys() == set(FUNCTIONS.values())
    for name, variables in given.items():
        own = TEMPLATE["Resources"][name]["Properties"]["Environment"]["Variables"]
        assert variables.keys() == {key for key in {**shared, **own} if key.startswith("POSTERING_")}


def test_parameters_that_are_given_exist_and_may_have_that_value() -> None:
    given = [word for line in LINES if "--parameter-overrides" in line for word in words(line) if "=" in word]

    for name, _, value in (word.partition("=") for word in given):
        declared = TEMPLATE["Parameters"][name]
        if "AllowedValues" in declared:
            assert value in declared["AllowedValues"]
        else:
            assert declared["MinValue"] <= int(value) <= declared["MaxValue"]


def test_every_parameter_is_explained_with_its_default_and_range() -> None:
    rows = dict(re.findall(r"(?m)^\| `(\w+)` \| (.*) \|$", DOCUMENT))

    assert rows.keys() == TEMPLATE["Parameters"].keys()
    for name, declared in TEMPLATE["Parameters"].items():
        default, _, text = rows[name].partition("|")
        assert default.strip() == str(declared["Default"])
        if "MinValue" in declared:
            assert f"{declared['MinValue']} to {declared['MaxValue']}" in text


def test_names_of_resources_are_those_of_the_template() -> None:
    names = {
        str(value).replace("${AWS::StackName}", STACK)
        for found in TEMPLATE["Resources"].values()
        for key, value in found["Properties"].items()
        if key in {"FunctionName", "TableName", "BucketName", "QueueName", "LogGroupName"}
    }

    for line in LINES:
        for word in re.findall(r"(?:/aws/lambda/|--queue-name |--function-name )([\w./-]+)", line):
            assert {word, f"/aws/lambda/{word}"} & names
        for bucket in re.findall(r"s3://([^/]+)/uploads/\w+/[\w-]+\.zip", line):
            pattern = next(name for name in names if "-uploads-" in name)
            assert re.fullmatch(re.sub(r"\$\{[^}]*\}", r"[a-z0-9-]+", pattern), bucket)

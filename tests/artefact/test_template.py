"""The template, the functions, their events, the settings and the adapters say the same."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from postering.channels.packages import s3_home
from postering.store.dynamodb.table_schema import table_schema
from tests.artefact.aws_template import ROOT, TEMPLATE, resource

RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
FUNCTIONS = {name: found["Properties"] for name, found in RESOURCES.items() if found["Type"].endswith("less::Function")}
RUNTIME = TEMPLATE["Globals"]["Function"]["Runtime"]
PACKAGE = ROOT / "layers/postering/python/postering"
STACK = "${AWS::StackName}"

# What each call of the SDK asks of IAM.
ACTIONS = {
    "batch_get_item": "dynamodb:BatchGetItem",
    "batch_write_item": "dynamodb:BatchWriteItem",
    "transact_get_items": "dynamodb:GetItem",
    "transact_write_items": "dynamodb:PutItem",
    "put_item": "dynamodb:PutItem",
    "delete_item": "dynamodb:DeleteItem",
    "query": "dynamodb:Query",
    "scan": "dynamodb:Scan",
    "list_objects_v2": "s3:ListBucket",
    "get_object": "s3:GetObject",
    "head_object": "s3:GetObject",
    "put_object": "s3:PutObject",
    "copy_object": "s3:PutObject",
    "delete_object": "s3:DeleteObject",
}


def statements(role: str) -> list[dict[str, Any]]:
    return [statement for policy in resource(role)["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(role: str) -> set[str]:
    return {action for statement in statements(role) for action in listed(statement["Action"])}


def variables(name: str) -> dict[str, Any]:
    """The environment of a function, the shared part too."""
    shared: dict[str, Any] = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    return {**shared, **FUNCTIONS[name].get("Environment", {}).get("Variables", {})}


def calls(folder: Path, pattern: str) -> set[str]:
    """Calls of the SDK that the modules name."""
    return {call for path in folder.glob(pattern) for call in _named(path) if call in ACTIONS}


def _named(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


# --- functions, layer, events


def test_there_are_two_functions_named_after_the_jobs() -> None:
    assert {name: found["FunctionName"] for name, found in FUNCTIONS.items()} == {
        "PJobFunction": f"{STACK}-p-job",
        "SyncOrdersFunction": f"{STACK}-sync-orders",
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_handler_of_a_function_is_there(name: str) -> None:
    module, _, handler = TEMPLATE["Globals"]["Function"]["Handler"].partition(".")
    folder = ROOT / FUNCTIONS[name]["CodeUri"]

    tree = ast.parse((folder / f"{module}.py").read_text(encoding="utf-8"))

    assert handler in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {path.name for path in folder.iterdir()} - {"__pycache__"} == {"app.py"}


def test_every_function_has_its_events_and_its_schedule() -> None:
    folders = {Path(found["CodeUri"]).name for found in FUNCTIONS.values()}

    assert {path.name for path in (ROOT / "events").iterdir()} == folders
    assert {path.name for path in (ROOT / "functions").iterdir()} == folders
    for found in FUNCTIONS.values():
        (schedule,) = [event["Properties"] for event in found["Events"].values() if event["Type"] == "Schedule"]
        assert schedule["Name"] == found["FunctionName"]
        assert "Input" not in schedule


@pytest.mark.parametrize(
    ("function", "parameter", "smallest", "largest"),
    [("PJobFunction", "PJobMinutes", 5, 10), ("SyncOrdersFunction", "SyncOrdersMinutes", 2, 20)],
)
def test_a_recurrence_is_a_parameter_in_its_range(function: str, parameter: str, smallest: int, largest: int) -> None:
    declared = TEMPLATE["Parameters"][parameter]
    (schedule,) = FUNCTIONS[function]["Events"].values()

    assert (declared["MinValue"], declared["MaxValue"], declared["Default"]) == (smallest, largest, 5)
    assert schedule["Properties"]["Schedule"] == f"rate(${{{parameter}}} minutes)"


def test_the_layer_is_the_folder_above_the_package_built_for_the_runtime() -> None:
    layer = RESOURCES["PosteringLayer"]
    content = ROOT / layer["Properties"]["ContentUri"]

    assert content == PACKAGE.parent
    assert (content / "postering/__init__.py").is_file()
    assert (content / "requirements.txt").is_file()
    assert layer["Metadata"] == {"BuildMethod": RUNTIME, "BuildArchitecture": "Architecture"}
    assert layer["Properties"]["CompatibleRuntimes"] == [RUNTIME]
    assert TEMPLATE["Globals"]["Function"]["Layers"] == ["PosteringLayer"]
    assert RUNTIME == "python3.13"
    assert TEMPLATE["Parameters"]["Architecture"]["Default"] == "arm64"


def test_a_function_stops_before_lambda_stops_it() -> None:
    for parameter in ("PJobTimeoutSeconds", "SyncOrdersTimeoutSeconds"):
        declared = TEMPLATE["Parameters"][parameter]
        assert (declared["MinValue"], declared["MaxValue"]) == (60, 900)
    assert "ReservedConcurrentExecutions" not in str(TEMPLATE)


# --- settings


def test_the_functions_set_what_the_settings_read() -> None:
    source = (PACKAGE / "deployment" / "settings.py").read_text(encoding="utf-8")
    known = set(re.findall(r"\"(POSTERING_\w+)\"", source))

    given = {key for name in FUNCTIONS for key in variables(name) if key.startswith("POSTERING_")}
    assert given - known == set()
    assert given == {"POSTERING_TABLE", "POSTERING_BUCKET", "POSTERING_EVENTS"}


def test_business_events_go_to_the_bus_that_is_named_and_to_no_other() -> None:
    (statement,) = RESOURCES["BusinessEventsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "events:PutEvents"
    assert statement["Resource"].endswith(":event-bus/${EventBusName}")
    assert RESOURCES["BusinessEventsPolicy"]["Condition"] == "SendEvents"
    assert TEMPLATE["Parameters"]["EventBusName"]["Default"] == ""


def test_table_and_bucket_are_the_stack_s_own() -> None:
    assert variables("PJobFunction")["POSTERING_TABLE"] == variables("SyncOrdersFunction")["POSTERING_TABLE"] == "Table"
    assert variables("PJobFunction")["POSTERING_BUCKET"] == "Uploads"
    assert "POSTERING_BUCKET" not in variables("SyncOrdersFunction")


@pytest.mark.parametrize(("name", "service"), [("PJobFunction", "p-job"), ("SyncOrdersFunction", "sync-orders")])
def test_logs_and_metrics_are_named(name: str, service: str) -> None:
    given = variables(name)

    assert given["POWERTOOLS_SERVICE_NAME"] == service
    assert given["POWERTOOLS_METRICS_NAMESPACE"] == f"Postering/{STACK}"
    assert given["POWERTOOLS_LOG_LEVEL"] == FUNCTIONS[name]["LoggingConfig"]["ApplicationLogLevel"] == "LogLevel"
    assert FUNCTIONS[name]["LoggingConfig"]["LogFormat"] == "JSON"
    logs = resource(FUNCTIONS[name]["LoggingConfig"]["LogGroup"])
    assert logs["LogGroupName"] == f"/aws/lambda/{FUNCTIONS[name]['FunctionName']}"
    assert logs["RetentionInDays"] == "LogRetentionDays"


# --- table and bucket


def test_the_table_is_the_one_that_the_store_declares() -> None:
    table, declared = resource("Table"), table_schema()

    def attributes(schema: Any) -> list[tuple[str, str]]:
        return sorted((each["AttributeName"], each["AttributeType"]) for each in schema["AttributeDefinitions"])

    def indexes(schema: Any) -> list[Any]:
        return sorted(schema["GlobalSecondaryIndexes"], key=lambda index: str(index["IndexName"]))

    assert attributes(table) == attributes(declared)
    assert table["KeySchema"] == declared["KeySchema"]
    assert indexes(table) == indexes(declared)
    assert table["BillingMode"] == declared["BillingMode"] == "PAY_PER_REQUEST"


def test_the_table_is_protected_encrypted_restorable_and_kept() -> None:
    table = resource("Table")

    assert table["TableName"] == f"{STACK}-postering"
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}


@pytest.mark.parametrize("name", ["Table", "Uploads", "UploadsPolicy"])
def test_what_holds_the_books_outlives_the_stack(name: str) -> None:
    assert (RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_bucket_is_private_encrypted_versioned_and_only_reached_by_tls() -> None:
    bucket = resource("Uploads")
    (only_tls,) = resource("UploadsPolicy")["PolicyDocument"]["Statement"]

    assert bucket["BucketName"] == STACK + "-uploads-${AWS::AccountId}-${AWS::Region}"
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert (only_tls["Effect"], only_tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


# --- rights


def test_both_functions_together_may_do_to_the_table_what_the_store_does_and_no_more() -> None:
    used = {ACTIONS[call] for call in calls(PACKAGE / "store/dynamodb", "*.py")}

    granted = allowed("PJobRole") | allowed("SyncOrdersRole")
    assert {action for action in granted if action.startswith("dynamodb:")} == used


def test_the_p_job_may_do_to_the_bucket_what_the_uploads_do_and_no_more() -> None:
    used = {ACTIONS[call] for call in calls(PACKAGE / "channels/packages", "s3_*.py")}

    assert {action for action in allowed("PJobRole") if action.startswith("s3:")} == used
    assert {action for action in allowed("SyncOrdersRole") if action.startswith("s3:")} == set()


def test_packages_are_under_the_prefixes_that_the_p_job_may_use() -> None:
    prefixes = {f"{s3_home.UPLOADS}/*", f"{s3_home.QUARANTINE}/*"}
    by_name = {statement["Sid"]: statement for statement in statements("PJobRole")}

    assert set(by_name["ListPackages"]["Condition"]["StringLike"]["s3:prefix"]) == prefixes
    assert set(by_name["ReadAndWritePackages"]["Resource"]) == {f"${{Uploads.Arn}}/{prefix}" for prefix in prefixes}
    # what was staged is never removed from the quarantine
    assert by_name["MovePackagesToQuarantine"]["Resource"] == f"${{Uploads.Arn}}/{s3_home.UPLOADS}/*"


def test_the_p_job_may_read_the_secrets_of_its_channel_databases_alone() -> None:
    (secrets,) = [one for one in statements("PJobRole") if "secretsmanager" in str(one["Action"])]

    assert secrets["Action"] == "secretsmanager:GetSecretValue"
    assert secrets["Resource"].endswith(f":secret:{STACK}/channels/*")
    assert not any("secretsmanager" in action for action in allowed("SyncOrdersRole"))


@pytest.mark.parametrize(
    ("role", "logs", "queue"),
    [
        ("PJobRole", "PJobLogs", "PJobFailures"),
        ("SyncOrdersRole", "SyncOrdersLogs", "SyncOrdersFailures"),
    ],
)
def test_a_role_names_what_it_may_use(role: str, logs: str, queue: str) -> None:
    for statement in statements(role):
        assert not any(str(each) in {"*", ""} for each in listed(statement["Resource"]))
        assert not any("*" in action for action in listed(statement["Action"]))
    by_name = {statement["Sid"]: statement["Resource"] for statement in statements(role)}
    assert (by_name["Logs"], by_name["Failures"]) == (f"{logs}.Arn", f"{queue}.Arn")


# --- failures


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_run_that_fails_goes_to_a_queue_that_rings(name: str) -> None:
    destination = FUNCTIONS[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    queue = destination["Destination"].removesuffix(".Arn")
    alarms = [found["Properties"] for found in RESOURCES.values() if found["Type"] == "AWS::CloudWatch::Alarm"]

    assert destination["Type"] == "SQS"
    assert resource(queue)["SqsManagedSseEnabled"] is True
    rung = {str(alarm["Dimensions"]): alarm["MetricName"] for alarm in alarms}
    assert any(f"{queue}.QueueName" in on and metric.startswith("ApproximateNumber") for on, metric in rung.items())
    assert any(f"'{name}'" in on and metric == "Errors" for on, metric in rung.items())


def test_an_alarm_watches_a_metric_that_the_p_job_counts() -> None:
    alarm = resource("PackagesRefusedAlarm")
    source = (ROOT / "functions/p_job/app.py").read_text(encoding="utf-8")

    assert f'metrics.add_metric("{alarm["MetricName"]}"' in source
    assert alarm["Namespace"] == variables("PJobFunction")["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": variables("PJobFunction")["POWERTOOLS_SERVICE_NAME"]}]


# --- what CloudFormation and sam ask of the files


def test_the_template_has_no_yaml_aliases_which_cloudformation_refuses() -> None:
    tokens = yaml.scan((ROOT / "template.yaml").read_text(encoding="utf-8"))

    assert [token for token in tokens if isinstance(token, yaml.AliasToken | yaml.AnchorToken)] == []


def test_samconfig_deploys_what_the_template_needs() -> None:
    configured = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))["default"]

    assert configured["global"]["parameters"]["stack_name"] == "postering"
    assert configured["deploy"]["parameters"]["capabilities"] == "CAPABILITY_IAM"
    assert configured["validate"]["parameters"]["lint"] is True
    roles = [found for found in RESOURCES.values() if found["Type"] == "AWS::IAM::Role"]
    assert [role for role in roles if "RoleName" in role["Properties"]] == []

"""The P-job's function: it takes an event, runs the job once, returns its report and publishes metrics."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from postering.lambdas.runs import p_job_in_stack

COUNTED = {
    "TransactionsStaged": "transactions_staged",
    "Duplicates": "duplicates",
    "Conflicts": "conflicts",
    "Rejected": "rejected",
    "Waiting": "waiting",
}
logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run the P-job once with the request in the scheduled event or the payload. Returns the report."""
    report: dict[str, Any] = p_job_in_stack(event, context)
    logger.info("P-job", extra={"report": report})
    for name, key in COUNTED.items():
        metrics.add_metric(name, MetricUnit.Count, report[key])
    failed = [session for session in report["sessions"] if session["status"] == "ApplyFailed"]
    metrics.add_metric("SessionsApplyFailed", MetricUnit.Count, len(failed))
    metrics.add_metric("ChannelDatabasesUnreachable", MetricUnit.Count, len(report["unreachable"]))
    return report

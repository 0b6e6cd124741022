"""The function of Synchronize orders: it takes an event, runs the job once, returns its report, publishes metrics."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from postering.lambdas.runs import sync_orders_in_stack

COUNTED = {
    "Succeeded": "succeeded",
    "Failed": "failed",
    "Waiting": "waiting",
    "Skipped": "skipped",
    "SalesOrders": "sales_orders",
    "Payments": "payments",
    "Remaining": "remaining",
}
logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run Synchronize orders once with the request in the scheduled event or the payload. Returns the report."""
    report: dict[str, Any] = sync_orders_in_stack(event, context)
    logger.info("Synchronize orders", extra={"report": report})
    for name, key in COUNTED.items():
        metrics.add_metric(name, MetricUnit.Count, report[key])
    return report

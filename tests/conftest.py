"""What holds for every test: the same examples on every run, and nothing of the machine's own settings."""

import os

from hypothesis import settings

ENGINE = "POSTERING_TEST_ENGINE"
"""The address of the engine that `make test-engine` started."""

# No example database and no clock: a test fails on every machine or on none.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile("ci")


def pytest_configure() -> None:
    """Tests, and processes they start, find neither a deployment nor an account of whoever runs them."""
    for name in list(os.environ):
        if name.startswith(("POSTERING_", "AWS_")) and name != ENGINE:
            del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

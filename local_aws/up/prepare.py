"""What a cloud that has just come up still lacks: rows at its source, the schema of its warehouse."""

from collections.abc import Callable

import psycopg2

from local_aws import parts
from local_aws.aws_endpoint import AwsEndpoint
from local_aws.deployed import Deployment
from local_aws.filling import Seed, fill_source, is_made_up, run_extractor
from local_aws.up.home import Home


def source_is_filled(home: Home) -> bool:
    """Whether the source has its schema, and with it the rows of its beginning."""
    connection = psycopg2.connect(home.source.dsn)
    try:
        return is_made_up(connection) is not None
    finally:
        connection.close()


def fill(home: Home, seed: Seed, progress: Callable[[str], None]) -> dict[str, int]:
    """Rows of each table; see filling.fill_source. What they are is kept, for reports."""
    home.save(home.config.model_copy(update={"notice": seed.notice}))
    return fill_source(home.source.dsn, seed, progress)


def complete(home: Home) -> None:
    """Install the change log and bring the warehouse up to date; what is there already is left as it is."""
    aws, deployment = AwsEndpoint(home.endpoint_url), Deployment.load(home.deployment_file)
    run_extractor(parts.extractor_environment(aws, deployment, home.source.dsn), "changelog", "install")
    parts.migrate_warehouse(aws, deployment)

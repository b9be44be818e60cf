"""The AWS side of the pipeline in a process of its own, with a store and cheap steps: `restartable_aws.py CONFIG`.

CONFIG is JSON: the port, the folder, the template's parameters and what the warehouse's secret holds. A step hangs for
ever while there is a file `hang` in the folder.
"""

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from local_aws.aws_server import AwsServer
from local_aws.cloud import TEMPLATE
from local_aws.deployment import deploy
from local_aws.emr import EmrRunner
from local_aws.parts import LOCAL_PARAMETERS

CHEAP_STEP = Path(__file__).with_name("cheap_step.py")


def main(config: dict) -> None:
    folder = Path(config["folder"])

    def step(endpoint_url: str, words: Sequence[str]) -> list[str]:
        program = ["-c", "import time; time.sleep(600)"] if (folder / "hang").exists() else [str(CHEAP_STEP)]
        return [sys.executable, *program, *words]

    with AwsServer(config["port"], folder / "store") as aws:
        deployment = deploy(aws, TEMPLATE, {**LOCAL_PARAMETERS, **config["parameters"]})
        aws.client("secretsmanager").put_secret_value(
            SecretId=deployment.outputs["WarehouseSecretName"], SecretString=json.dumps(config["warehouse"])
        )
        aws.restore()
        deployment.save(folder / "deployment.json")
        steps = EmrRunner(aws, folder / "steps", step)
        steps.start()
        print("ready", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

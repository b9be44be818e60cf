"""Messages reach functions as from AWS: again when they fail, in order within a group, dead after enough deliveries."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local_aws.aws_server import AwsServer, AwsServerError
from local_aws.batches import dead_letters
from local_aws.deployed import Deployment, DeploymentError
from local_aws.deployment import deploy
from local_aws.dispatcher import Dispatcher
from local_aws.lambda_runtime import LambdaRuntime
from local_aws.schedule import Scheduler

# Stops a test whose message never comes; it decides nothing.
PATIENCE_SECONDS = 30

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Seen: {Type: String}
  Schedule: {Type: String, Default: rate(1 day)}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: plain
      VisibilityTimeout: 1
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead:
    Type: AWS::SQS::Queue
    Properties: {QueueName: plain-dead}
  Ordered:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: ordered.fifo
      FifoQueue: true
      ContentBasedDeduplication: true
      VisibilityTimeout: 1
      RedrivePolicy: {deadLetterTargetArn: !GetAtt OrderedDead.Arn, maxReceiveCount: 3}
  OrderedDead:
    Type: AWS::SQS::Queue
    Properties: {QueueName: ordered-dead.fifo, FifoQueue: true}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [test.source]}
      Targets:
        - {Id: allowed, Arn: !GetAtt Queue.Arn}
        - {Id: refused, Arn: !GetAtt Dead.Arn}
  Tick:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: !Ref Schedule
      Targets: [{Id: queue, Arn: !GetAtt Queue.Arn}]
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: events.amazonaws.com}
            Action: sqs:SendMessage
            Resource: !GetAtt Queue.Arn
            Condition: {ArnEquals: {"aws:SourceArn": [!GetAtt Rule.Arn, !GetAtt Tick.Arn]}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1}
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Runtime: python3.11
      Handler: echo_function.handler
      Policies:
        - Statement:
            - Effect: Allow
              Action: [sqs:ReceiveMessage, sqs:DeleteMessage]
              Resource: [!GetAtt Queue.Arn, !GetAtt Ordered.Arn]
      Environment: {Variables: {SEEN: !Ref Seen}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Queue.Arn
      FunctionName: !Ref Echo
      BatchSize: 10
      FunctionResponseTypes: [ReportBatchItemFailures]
  OrderedMapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Ordered.Arn
      FunctionName: !Ref Echo
      BatchSize: 1
      FunctionResponseTypes: [ReportBatchItemFailures]
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


@dataclass
class Echo:
    """The template above, deployed and polled, and what its function has seen."""

    aws: AwsServer
    deployment: Deployment
    seen_path: Path
    arrived: threading.Condition

    def send(self, *bodies: dict[str, Any], queue: str = "plain") -> None:
        sqs = self.aws.client("sqs")
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        group = {"MessageGroupId": "one"} if queue.endswith(".fifo") else {}
        for body in bodies:
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body), **group)

    def seen(self, number: int) -> list[tuple[Any, int]]:
        """(name, how many times delivered) of the first `number` messages seen, waited for."""

        def lines() -> list[str]:
            return self.seen_path.read_text().splitlines() if self.seen_path.exists() else []

        with self.arrived:
            assert self.arrived.wait_for(lambda: len(lines()) >= number, PATIENCE_SECONDS), lines()
        found = [json.loads(line) for line in lines()]
        return [(each.get("name", each.get("detail-type")), each["times"]) for each in found]

    def dead(self) -> dict[str, list[Any]]:
        """What lies in the dead-letter queues when every other queue is empty."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: not self._waiting(), PATIENCE_SECONDS), self._waiting()
        return {name: [json.loads(body)["name"] for body in bodies] for name, bodies in dead_letters(self.aws).items()}

    def _waiting(self) -> int:
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        total = 0
        for mapping in self.deployment.mappings:
            counts = self.aws.client("sqs").get_queue_attributes(QueueUrl=mapping.queue_url, AttributeNames=["All"])
            total += sum(int(counts["Attributes"][name]) for name in names)
        return total


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return path


@pytest.fixture
def echo(aws: AwsServer, template: Path, tmp_path: Path) -> Iterator[Echo]:
    aws.reset()
    deployment = deploy(aws, template, {"Seen": str(tmp_path / "seen")})
    code, logs = Path(__file__).parent, tmp_path / "logs"
    runtime = LambdaRuntime(deployment.functions, code, lambda role: aws.acting_as(role).environment, logs)
    arrived = threading.Condition()

    def tell(_: object) -> None:
        with arrived:
            arrived.notify_all()

    # The dispatcher tells of every delivery; a move to a dead-letter queue it does not see, so the waits also poll.
    dispatcher = Dispatcher(aws, deployment.mappings, runtime, tell)
    dispatcher.start()
    polling = threading.Event()
    ticker = threading.Thread(target=lambda: [tell(None) for _ in iter(lambda: polling.wait(0.1), True)])
    ticker.start()
    yield Echo(aws, deployment, tmp_path / "seen", arrived)
    polling.set()
    ticker.join()
    dispatcher.stop()


def test_what_succeeds_is_delivered_once(echo: Echo) -> None:
    echo.send({"name": "a"}, {"name": "b"})
    assert sorted(echo.seen(2)) == [("a", 1), ("b", 1)]
    assert echo.dead() == {}


def test_only_the_reported_message_comes_again_and_dies_after_three_deliveries(echo: Echo) -> None:
    echo.send({"name": "good"}, {"name": "bad", "do": "fail"})
    assert echo.dead() == {"plain-dead": ["bad"]}
    seen = echo.seen(4)
    assert [each for each in seen if each[0] == "bad"] == [("bad", 1), ("bad", 2), ("bad", 3)]
    assert [each for each in seen if each[0] == "good"] == [("good", 1)]


def test_a_function_that_raises_gets_its_batch_again(echo: Echo) -> None:
    echo.send({"name": "cursed", "do": "raise"})
    assert echo.dead() == {"plain-dead": ["cursed"]}
    assert echo.seen(3) == [("cursed", 1), ("cursed", 2), ("cursed", 3)]


def test_messages_of_a_function_that_was_killed_come_back(echo: Echo) -> None:
    echo.send({"name": "a", "do": "be killed once"})
    assert echo.seen(2) == [("a", 1), ("a", 2)]
    assert echo.dead() == {}


def test_a_queue_that_was_gone_for_a_while_is_polled_again(echo: Echo, caplog: pytest.LogCaptureFixture) -> None:
    sqs = echo.aws.client("sqs")
    url = sqs.get_queue_url(QueueName="plain")["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)
    while "a turn failed" not in caplog.text:
        time.sleep(0.05)
    assert "NonExistentQueue" in caplog.text
    sqs.create_queue(QueueName="plain")
    echo.send({"name": "late"})
    assert echo.seen(1) == [("late", 1)]


def test_a_failing_message_holds_back_its_group_until_it_is_dead(echo: Echo) -> None:
    echo.send({"name": 1}, {"name": 2, "do": "fail"}, {"name": 3}, {"name": 4}, queue="ordered.fifo")
    assert echo.dead() == {"ordered-dead.fifo": [2]}
    assert echo.seen(6) == [(1, 1), (2, 1), (2, 2), (2, 3), (3, 1), (4, 1)]


def test_an_event_reaches_the_queue_that_lets_its_rule_send_and_no_other(echo: Echo) -> None:
    event = {"Source": "test.source", "DetailType": "a thing happened", "Detail": "{}"}
    echo.aws.client("events").put_events(Entries=[event])
    assert echo.seen(1) == [("a thing happened", 1)]
    assert echo.dead() == {}
    assert list(echo.deployment.not_connected) == ["Rule.refused"]


def test_a_tick_is_a_scheduled_event_to_the_rules_target(echo: Echo) -> None:
    Scheduler(echo.aws).tick()
    assert echo.seen(1) == [("Scheduled Event", 1)]


def test_a_schedule_that_is_no_rate_is_refused(aws: AwsServer, template: Path) -> None:
    aws.reset()
    deploy(aws, template, {"Seen": "nowhere", "Schedule": "cron(0 18 * * ? *)"})
    with pytest.raises(DeploymentError, match=r"rate\(…\) only"):
        Scheduler(aws).start()


def test_what_the_local_cloud_has_not_is_listed(echo: Echo) -> None:
    assert echo.deployment.not_created == {"Alarm": "moto's CloudFormation does not know AWS::CloudWatch::Alarm"}
    assert "Alarm" not in echo.deployment.resources


def test_a_mapping_with_a_property_that_would_change_deliveries_is_refused(aws: AwsServer, template: Path) -> None:
    aws.reset()
    template.write_text(TEMPLATE.replace("BatchSize: 1\n", "BatchSize: 1\n      FilterCriteria: {Filters: []}\n"))
    with pytest.raises(DeploymentError, match="FilterCriteria"):
        deploy(aws, template, {"Seen": "nowhere"})


def test_an_undeclared_parameter_is_refused(aws: AwsServer, template: Path) -> None:
    with pytest.raises(DeploymentError, match="Unknown"):
        deploy(aws, template, {"Unknown": "x"})


def test_a_second_server_in_one_process_is_refused(aws: AwsServer) -> None:
    with pytest.raises(AwsServerError, match="one state per process"):
        AwsServer().start()
    assert aws.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_deployment_read_from_its_file_is_the_one_that_was_written(echo: Echo, tmp_path: Path) -> None:
    echo.deployment.save(tmp_path / "deployment.json")
    assert Deployment.load(tmp_path / "deployment.json") == echo.deployment
    (tmp_path / "other.json").write_text('{"resources": 3}')
    for name in ("other.json", "no such file"):
        with pytest.raises(DeploymentError, match=name):
            Deployment.load(tmp_path / name)

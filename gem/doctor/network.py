"""Whether the functions' network leads to AWS: each endpoint of the stack is available."""

from collections.abc import Iterator

from gem.aws import aws_errors
from gem.doctor.findings import Finding, examined
from gem.doctor.stack import Stack


def endpoints(stack: Stack) -> Iterator[Finding]:
    """Each endpoint of the stack's own VPC is available; a VPC of somebody else is not looked at."""
    for endpoint in stack.of_type("AWS::EC2::VPCEndpoint"):
        with aws_errors(f"endpoint {endpoint.logical_id}"):
            found = stack.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint.physical_id])["VpcEndpoints"]
        state = found[0]["State"] if found else "gone"
        faults = {} if state == "available" else {f"the endpoint is {state}": "sam deploy, or look at it in the VPC"}
        yield from examined("endpoints", endpoint.logical_id, faults, "available")

"""Every resource of the template takes part in a local run, or there is a reason why not; and no reason is idle."""

from typing import Any

import boto3
import pytest
from moto.cloudformation.parsing import get_model_map

from local_aws.conditions import decided
from local_aws.parts import LOCAL_PARAMETERS, TEMPLATE
from local_aws.template import for_moto, translated
from local_aws.unexercised import BY_CONDITION, BY_ID, BY_TYPE, EXERCISED_TYPES, unexercised

Resources = dict[str, Any]


@pytest.fixture(scope="module")
def whole() -> Resources:
    session = boto3.Session(region_name="ap-south-1")
    resources: Resources = translated(TEMPLATE, LOCAL_PARAMETERS, session)["Resources"]
    return resources


@pytest.fixture(scope="module")
def made(whole: Resources) -> set[str]:
    session = boto3.Session(region_name="ap-south-1")
    body, _ = decided(translated(TEMPLATE, LOCAL_PARAMETERS, session), LOCAL_PARAMETERS)
    local = for_moto(body, get_model_map().keys())
    return set(body["Resources"]) - set(local.not_created)


def test_every_resource_is_exercised_or_has_a_reason(whole: Resources, made: set[str]) -> None:
    reasons = unexercised(whole, made)
    assert all(reasons.values())
    assert {"Vpc", "WarehouseWorkgroup", "ExtractorGroup", "LakeBucketPolicy", "Dashboard"} <= reasons.keys()
    assert not {"LakeBucket", "RawManifestRule", "RawManifestQueuePolicy", "ClusterLaunchParameter"} & reasons.keys()


def test_a_resource_that_is_neither_is_refused(whole: Resources, made: set[str]) -> None:
    with pytest.raises(KeyError, match=r"Stream .* is not exercised"):
        unexercised({**whole, "Stream": {"Type": "AWS::Kinesis::Stream"}}, {*made, "Stream"})
    with pytest.raises(KeyError, match=r"LakeBucket .* is not exercised"):
        unexercised(whole, made - {"LakeBucket"})


def test_no_reason_is_left_of_what_is_exercised_or_gone(whole: Resources, made: set[str]) -> None:
    types = {resource["Type"] for resource in whole.values()}
    conditions = {
        resource["Condition"] for name, resource in whole.items() if "Condition" in resource and name not in made
    }
    assert BY_TYPE.keys() <= types
    assert not BY_TYPE.keys() & EXERCISED_TYPES
    assert types >= EXERCISED_TYPES
    assert conditions == BY_CONDITION.keys()
    assert BY_ID.keys() <= whole.keys()

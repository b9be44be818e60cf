"""COPY fetches an object whole, whatever the order in which its ranges arrive."""

import io
from typing import IO

import pytest

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.objects import Part, open_part


class RangesOutOfOrder:
    """An S3 client that fetches a large object as boto3 does: in ranges, each written when it comes."""

    def download_fileobj(self, bucket: str, key: str, file: IO[bytes]) -> None:
        for offset, piece in ((6, b"the end"), (0, b"first ")):
            file.seek(offset)
            file.write(piece)


def test_an_object_is_whole_though_its_last_range_came_first() -> None:
    file = io.BytesIO()
    assert open_part(RangesOutOfOrder(), Part("s3://lake/part", size_bytes=13), file)
    assert file.read() == b"first the end"


def test_an_object_of_another_size_is_refused_with_both_sizes() -> None:
    with pytest.raises(RedshiftError, match="has 13 bytes, the copy manifest says content_length 14"):
        open_part(RangesOutOfOrder(), Part("s3://lake/part", size_bytes=14), io.BytesIO())

"""Column types as the Parquet library prints them."""

from emr_jobs.footers import columns_of

MESSAGE = """message schema {
  required int64 contract_id;
  optional int64 other_id (INTEGER(64,true));
  optional fixed_len_byte_array(8) total_value (DECIMAL(18,2));
  optional int64 small_decimal (DECIMAL(7,3)) = 4;
  optional binary status (STRING) = 5;
  optional binary raw;
  optional int64 contract_at (TIMESTAMP(MICROS,true));
  optional int64 local_at (TIMESTAMP(MICROS,false));
  optional int64 fine_at (TIMESTAMP(NANOS,true));
  optional int32 due_on (DATE);
  optional int32 line_no;
  optional boolean flag;
  optional group nested {
    optional binary inner (STRING);
  }
}
"""


def test_types_are_spelled_as_spark_does_strange_ones_as_the_file_does_and_fields_within_columns_are_none() -> None:
    assert columns_of(MESSAGE) == {
        "contract_id": "bigint",
        "other_id": "bigint",
        "total_value": "decimal(18,2)",
        "small_decimal": "decimal(7,3)",
        "status": "string",
        "raw": "binary",
        "contract_at": "timestamp",
        "local_at": "int64 TIMESTAMP(MICROS,false)",
        "fine_at": "int64 TIMESTAMP(NANOS,true)",
        "due_on": "date",
        "line_no": "int",
        "flag": "boolean",
    }

"""What IAM does between the wire and the local AWS API: who calls, which permissions that takes, who allows it."""

"""What schemathesis has to be told: how the body of an upload is written."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

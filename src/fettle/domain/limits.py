"""The limits that both contracts share (contract B, "Limits, stated once")."""

from typing import Final

MAX_NAME_CHARACTERS: Final = 500
MAX_STEP_CHARACTERS: Final = 100
MAX_LABEL_CHARACTERS: Final = 200
MAX_REQUIRED_STEPS: Final = 100
MAX_REQUIRED_COUNT: Final = 100
MAX_COMMENT_CHARACTERS: Final = 20_000
MAX_TEXT_VALUE_BYTES: Final = 1 << 20
MAX_JSON_BYTES: Final = 2 << 20
MAX_OBJECT_KEY_BYTES: Final = 1024
MAX_CDN_URL_CHARACTERS: Final = 8192
MAX_FILE_NAME_BYTES: Final = 255
SNIFFED_BYTES: Final = 4096
MAX_COUNTED: Final = 10_000

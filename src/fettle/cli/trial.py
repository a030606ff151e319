"""What a newcomer is told: where the server is, who can sign in, and the two contracts' own requests ready to paste."""

from pathlib import Path
from shlex import quote

import msgspec

from fettle.cli.words import say
from fettle.services.demo import DemoCompany


def how_to_try(made: DemoCompany, address: str, sample: Path, language: str) -> str:
    """The text; each request is one shell command. `address` has no trailing slash."""
    people = {
        say(language, "key of the demo"): made.api_key,
        made.admin_email: made.admin_password,
        made.planner_email: made.planner_password,
        made.operator_email: made.operator_password,
    }
    width = max(map(len, people))
    return "\n".join(
        [
            say(language, "serving", company=made.company, address=address),
            "",
            *(f"  {name:<{width}}  {secret}" for name, secret in people.items()),
            "",
            say(language, "attach a picture"),
            "",
            _attach(made, address, sample),
            "",
            say(language, "photo"),
            "",
            _register_photo(made, address),
            "",
            say(language, "look"),
            "",
            f"curl --header 'X-API-Key: {made.api_key}' {address}/v1/work-orders/{made.wo_number}/photos",
            "",
        ]
    )


def _attach(made: DemoCompany, address: str, sample: Path) -> str:
    return _command(
        "curl --request PUT",
        f"--url {quote(f'{address}/work-orders/{made.work_order_id}/attachments')}",
        f"--header 'Authorization: Bearer {made.api_key}'",
        "--header 'Content-Type: multipart/form-data'",
        "--form type=IMAGE",
        "--form 'name=Front view'",
        f"--form added_by_user_id={made.user_id}",
        "--form 'value=Before machining'",
        f"--form 'file_name={sample.name}'",
        f"--form {quote(f'attachment=@{sample}')}",
    )


def _register_photo(made: DemoCompany, address: str) -> str:
    photo = {
        "minioObjectKey": made.sample_file_name,
        "cdnUrl": f"https://cdn.example.com/{made.sample_file_name}",
        "takenAt": "2026-04-15T12:00:00Z",
        "step": "before",
    }
    return _command(
        "curl --request POST",
        f"--url {quote(f'{address}/v1/work-orders/{made.work_order_id}/photos')}",
        "--header 'Content-Type: application/json'",
        f"--header 'X-API-Key: {made.api_key}'",
        f"--data '{msgspec.json.encode(photo).decode()}'",
    )


def _command(*parts: str) -> str:
    return " \\\n  ".join(parts)

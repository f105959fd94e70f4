from datetime import datetime, tzinfo

def format_skeleton(
    skeleton: str, datetime: datetime, tzinfo: tzinfo | None, *, locale: str
) -> str: ...

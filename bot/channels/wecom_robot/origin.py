"""The addresses of group robots: whose they are, and what of them is the secret."""

from yarl import URL

SEND = "/cgi-bin/webhook/send"
UPLOAD = "/cgi-bin/webhook/upload_media"
_LONGEST = 200


def is_robot(address: str, api_base: str) -> bool:
    """Say whether an address is a group robot's at the platform that `api_base` names.

    Only there may the key be sent: whoever has it can write into the group.
    """
    if len(address) > _LONGEST:
        return False
    try:
        url, base = URL(address, encoded=True), URL(api_base)
        same = url.origin() == base.origin()
    except ValueError:
        return False
    return same and url.user is None and url.path == SEND and bool(url.query.get("key"))


def upload_address(address: str) -> URL:
    """Return where the robot's files are uploaded to; they are that robot's alone."""
    url = URL(address, encoded=True)
    return url.with_path(UPLOAD).with_query(key=url.query["key"], type="file")

"""What a browser's passkeys answer to any page, and the order that it would be.

``GET`` and ``CREATE`` run in a page; ``spelled`` makes a signature file of what came back, so that
a test can try to pass it off as an order.
"""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from cablegram.signatures import sshsig
from cablegram.signatures.passkey import ORDER, PASSKEY, Assertion
from cablegram.signatures.sshsig import PublicKey
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Mapping

SPACE = order_format.NAMESPACE


def base64url(data: bytes) -> str:
    """Unpadded base64url."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


GET = """async ([challenge, rpId, allow]) => {
  const plain = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = (text) => Uint8Array.from(plain(text), (c) => c.charCodeAt(0));
  const text = (b) => btoa(String.fromCharCode(...new Uint8Array(b)));
  const allowCredentials = allow.map((id) => ({type: "public-key", id: bytes(id)}));
  try {
    const found = await navigator.credentials.get({publicKey: {
      challenge: bytes(challenge), rpId, allowCredentials, userVerification: "required"}});
    const {clientDataJSON, authenticatorData, signature} = found.response;
    const [client, data] = [text(clientDataJSON), text(authenticatorData)];
    return {client, data, signature: text(signature)};
  } catch (error) { return {error: error.name}; }
}"""


CREATE = """async () => {
  const random = (size) => crypto.getRandomValues(new Uint8Array(size));
  const made = await navigator.credentials.create({publicKey: {
    challenge: random(32), rp: {id: location.hostname, name: "desk"},
    user: {id: random(16), name: "molotov", displayName: "molotov"},
    pubKeyCredParams: [{type: "public-key", alg: -7}],
    authenticatorSelection: {residentKey: "required", userVerification: "required"}}});
  const text = (b) => btoa(String.fromCharCode(...new Uint8Array(b)));
  return {id: made.id, key: text(made.response.getPublicKey())};
}"""


def key_of(login: Mapping[str, str], host: str) -> str:
    """The key line of a login passkey, as if it were one for orders at that host."""
    return PublicKey(PASSKEY, b64decode(login["key"])[-65:], host).line()


def spelled(key: PublicKey, said: Mapping[str, str]) -> str:
    """A browser's answer as the signature file that it would be."""
    client, data = b64decode(said["client"]), b64decode(said["data"])
    r, s = decode_dss_signature(b64decode(said["signature"]))
    raw = Assertion(
        r,
        min(s, ORDER - s),
        data[32],
        int.from_bytes(data[33:37], "big"),
        json.loads(client)["origin"],
        client,
        data[37:],
    ).spelled()
    return sshsig.armor(key, SPACE, raw)

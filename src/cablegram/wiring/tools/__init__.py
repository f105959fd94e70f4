"""Tools: everything done with a private key outside the cipher room (docs/spec/office-folder.md).

``init_office`` makes an office; ``sign_order`` and ``second`` sign what officers order;
``appoint`` puts people in post; ``write_draft`` and ``seal_note`` seal to our own room; ``back_up``
and ``check`` make and judge backups.
"""

from cablegram.sealing.envelope import SealedAttachment, seal_attachment
from cablegram.sealing.recipients import Kind
from cablegram.wiring.ordering import subjects
from cablegram.wiring.tools.backup import back_up, make_key, write_names
from cablegram.wiring.tools.cards import record_signer
from cablegram.wiring.tools.checking import Checked, check, read_identity, read_names
from cablegram.wiring.tools.copies import check_identity, open_attached, open_copy
from cablegram.wiring.tools.drafts import Text, parts, write_draft
from cablegram.wiring.tools.far import Far
from cablegram.wiring.tools.founding import Founding, init_office
from cablegram.wiring.tools.identities import identity_path, make_identity
from cablegram.wiring.tools.identities import read_identity as reading_identity
from cablegram.wiring.tools.keys import key_path, officer_key, unlock
from cablegram.wiring.tools.notes import seal_note
from cablegram.wiring.tools.orders import Post, appoint, relieve, second, sign_order
from cablegram.wiring.tools.restoring import Restored, restore

__all__ = [
    "Checked",
    "Far",
    "Founding",
    "Kind",
    "Post",
    "Restored",
    "SealedAttachment",
    "Text",
    "appoint",
    "back_up",
    "check",
    "check_identity",
    "identity_path",
    "init_office",
    "key_path",
    "make_identity",
    "make_key",
    "officer_key",
    "open_attached",
    "open_copy",
    "parts",
    "read_identity",
    "read_names",
    "reading_identity",
    "record_signer",
    "relieve",
    "restore",
    "seal_attachment",
    "seal_note",
    "second",
    "sign_order",
    "subjects",
    "unlock",
    "write_draft",
    "write_names",
]

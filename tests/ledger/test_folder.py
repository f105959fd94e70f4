"""The public folder as a whole: what is given under a head is what an audit reads."""

from __future__ import annotations

import pytest

from cablegram.errors import LedgerError
from cablegram.ledger import audit, folder, log


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600, 65_536 + 300])
def test_every_file_under_a_head_and_no_other(office, signer, size):
    """Entries, and every level up to the root's, at each width."""
    office.enter(size)
    head = log.sign_checkpoint(office, signer)
    found = dict(folder.files(office, head))
    result = audit.audit(found.get, signer.vkey())
    assert (True, size, size) == (result.ok, result.size, result.entries)
    for path in found:
        less = {name: data for name, data in found.items() if name != path}
        if size < 1000:
            assert not audit.audit(less.get, signer.vkey()).ok, f"{path} is read by nobody"


def test_an_older_head_has_its_own_files(office, signer):
    """What was signed since is not in it; partial tiles that went are cut from the full ones."""
    office.enter(300)
    old = log.sign_checkpoint(office, signer)
    office.enter(500)
    log.sign_checkpoint(office, signer)
    for path in [path for path in office.tiles.files if path.endswith(".p/44")]:
        del office.tiles.files[path]
    found = dict(folder.files(office, old))
    result = audit.audit(found.get, signer.vkey())
    assert (True, 300) == (result.ok, result.size)


def test_a_file_that_is_gone_is_said(office, signer):
    """Nothing is made up for it."""
    office.enter(300)
    head = log.sign_checkpoint(office, signer)
    del office.tiles.files["tile/0/000"]
    with pytest.raises(LedgerError):
        list(folder.files(office, head))

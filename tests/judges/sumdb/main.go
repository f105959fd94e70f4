// Audits a folder of a Cablegram ledger with Go's own golang.org/x/mod/sumdb packages note and
// tlog, and with nothing of Cablegram's.
//
//	sumdb FOLDER VKEY [OLDSIZE]
//
// It opens the checkpoint, recomputes the hash of every entry in the bundles and compares it with
// the one authenticated through the tiles, proves and checks records, and proves and
// checks that the tree begins with the one of OLDSIZE (half the size unless given).
package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// folder reads tiles at the paths of c2sp.org/tlog-tiles, where the height is not written.
type folder struct {
	root string
	read int
}

func (f *folder) Height() int { return height }

func (f *folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f *folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.root, path))
		if err != nil {
			return nil, err
		}
		f.read++
		found = append(found, data)
	}
	return found, nil
}

// entries reads one bundle: each entry after its length as two bytes.
func (f *folder) entries(n int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: n, W: width}
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/data/", height), "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(f.root, path))
	if err != nil {
		return nil, err
	}
	var found [][]byte
	for len(data) > 0 {
		if len(data) < 2 {
			return nil, errors.New("bundle cut short")
		}
		size := int(data[0])<<8 | int(data[1])
		if len(data) < 2+size {
			return nil, errors.New("bundle cut short")
		}
		found = append(found, data[2:2+size])
		data = data[2+size:]
	}
	if len(found) != width {
		return nil, fmt.Errorf("%s holds %d entries, not %d", path, len(found), width)
	}
	return found, nil
}

func open(root, vkey string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	data, err := os.ReadFile(filepath.Join(root, "checkpoint"))
	if err != nil {
		return tree, err
	}
	signed, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tree, errors.New("not the ledger's own checkpoint")
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tree, err
	}
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(hash) != tlog.HashSize {
		return tree, errors.New("the root is not a hash")
	}
	copy(tree.Hash[:], hash)
	return tree, nil
}

func audit(root, vkey string, old int64) error {
	tree, err := open(root, vkey)
	if err != nil {
		return err
	}
	files := &folder{root: root}
	reader := tlog.TileHashReader(tree, files)
	for first := int64(0); first < tree.N; first += 1 << height {
		width := int(min(1<<height, tree.N-first))
		entries, err := files.entries(first>>height, width)
		if err != nil {
			return err
		}
		var indexes []int64
		for at := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, first+int64(at)))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for at, entry := range entries {
			if tlog.RecordHash(entry) != hashes[at] {
				return fmt.Errorf("entry %d is not what the tree has", first+int64(at))
			}
		}
	}
	proofs := 0
	for n := int64(0); n < tree.N; n += 1 + tree.N/50 {
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, hashes[0]); err != nil {
			return fmt.Errorf("record %d: %w", n, err)
		}
		proofs++
	}
	if old == 0 {
		old = tree.N / 2
	}
	if old > 0 {
		before, err := tlog.TreeHash(old, reader)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(tree.N, old, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, old, before); err != nil {
			return fmt.Errorf("tree of %d: %w", old, err)
		}
		fmt.Printf("before %d %s\n", old, before)
	}
	fmt.Printf("ok %d %s records %d tiles %d\n", tree.N, tree.Hash, proofs, files.read)
	return nil
}

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: sumdb FOLDER VKEY [OLDSIZE]")
		os.Exit(2)
	}
	var old int64
	if len(os.Args) == 4 {
		size, err := strconv.ParseInt(os.Args[3], 10, 64)
		if err != nil || size < 1 {
			fmt.Fprintln(os.Stderr, "usage: sumdb FOLDER VKEY [OLDSIZE]")
			os.Exit(2)
		}
		old = size
	}
	err := audit(os.Args[1], os.Args[2], old)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("a file is missing: %w", err)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sumdb:", err)
		os.Exit(1)
	}
}

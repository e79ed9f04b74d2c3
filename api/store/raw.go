package store

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/jmoiron/sqlx"

	"labourmatch/datasets"
)

// pieceSize is the most bytes of one piece of a raw file, packed: what a database and a driver take in one value without
// holding much.
const pieceSize = 1 << 20

// Raw takes in what is sent, byte for byte, and hashes it. It waits in a file without a name, so that whatever happens
// nothing is left behind; memory does not depend on its size. [Store.NewRaw] makes one, and Close lets go of it.
type Raw struct {
	dir    string
	file   *os.File
	hash   hash.Hash
	size   int64
	packed *os.File // by gzip; nil before pack
	length int64    // of packed
}

// NewRaw makes a Raw with nothing in it.
func (s *Store) NewRaw() (*Raw, error) {
	file, err := datasets.Unnamed(s.options.SpoolDir)
	if err != nil {
		return nil, fmt.Errorf("keep what is sent: %w", err)
	}
	return &Raw{dir: s.options.SpoolDir, file: file, hash: sha256.New()}, nil
}

// Write takes in more bytes.
func (r *Raw) Write(p []byte) (int, error) {
	n, err := r.file.Write(p)
	r.hash.Write(p[:n])
	r.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("keep what is sent: %w", err)
	}
	return n, nil
}

// ReadAt reads what was taken in.
func (r *Raw) ReadAt(p []byte, at int64) (int, error) { return r.file.ReadAt(p, at) }

// Size is how many bytes were taken in.
func (r *Raw) Size() int64 { return r.size }

// SHA256 is the identity of the bytes taken in, in hexadecimal.
func (r *Raw) SHA256() string { return hex.EncodeToString(r.hash.Sum(nil)) }

// Close lets go of the files.
func (r *Raw) Close() error {
	err := r.file.Close()
	if r.packed != nil {
		err = errors.Join(err, r.packed.Close())
	}
	if err != nil {
		return fmt.Errorf("let go of what was sent: %w", err)
	}
	return nil
}

// pack packs the bytes into another file, before the transaction that stores them: the one writer that SQLite has must not
// wait for it.
func (r *Raw) pack() (err error) {
	if r.packed, err = datasets.Unnamed(r.dir); err != nil {
		return fmt.Errorf("pack what was sent: %w", err)
	}
	out, err := gzip.NewWriterLevel(r.packed, gzip.BestSpeed)
	if err != nil {
		return fmt.Errorf("pack what was sent: %w", err)
	}
	_, err = io.Copy(out, io.NewSectionReader(r.file, 0, r.size))
	if err = errors.Join(err, out.Close()); err == nil {
		r.length, err = r.packed.Seek(0, io.SeekCurrent)
	}
	if err != nil {
		return fmt.Errorf("pack what was sent: %w", err)
	}
	return nil
}

// packUnlessKept packs a raw file unless its bytes are in the database, from which none are ever deleted.
func (s *Store) packUnlessKept(ctx context.Context, r *Raw) error {
	var kept int
	if err := sqlx.GetContext(ctx, s.q, &kept, `SELECT count(*) FROM raws WHERE sha256 = $1`, r.SHA256()); err != nil {
		return fmt.Errorf("look for bytes that are kept: %w", err)
	}
	if kept > 0 {
		return nil
	}
	return r.pack()
}

// insertRaw stores the bytes, unless they are there.
func (s *Store) insertRaw(ctx context.Context, tx *sqlx.Tx, r *Raw) error {
	if r.packed == nil {
		return nil
	}
	pieces := (r.length + pieceSize - 1) / pieceSize
	isNew, err := inserted(tx.ExecContext(ctx,
		`INSERT INTO raws (sha256, bytes, pieces, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO NOTHING`,
		r.SHA256(), r.size, pieces, s.now()))
	if err != nil || !isNew {
		return err
	}
	piece := make([]byte, pieceSize)
	for seq := range pieces {
		n, err := r.packed.ReadAt(piece, seq*pieceSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read what was sent again: %w", err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO raw_pieces (sha256, seq, content) VALUES ($1, $2, $3)`, r.SHA256(), seq+1, piece[:n])
		if err != nil {
			return err
		}
	}
	return nil
}

// WriteRaw writes the bytes an import was made of, as they were sent. They are held against their hash: an error at the end
// means that what was written is not what was sent. No connection is held while w takes its time.
func (r *Reader) WriteRaw(ctx context.Context, w io.Writer, i Import) error {
	packed, err := gzip.NewReader(&pieces{ctx: ctx, reader: r, sha256: i.SHA256})
	if err != nil {
		return fmt.Errorf("read the bytes of import %s: %w", i.ID, err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), io.LimitReader(packed, i.Bytes+1))
	if err != nil {
		return fmt.Errorf("read the bytes of import %s: %w", i.ID, err)
	}
	if n != i.Bytes || hex.EncodeToString(sum.Sum(nil)) != i.SHA256 {
		return fmt.Errorf("read the bytes of import %s: they are not those that were sent", i.ID)
	}
	return nil
}

// pieces reads the pieces of a raw file, one query each.
type pieces struct {
	ctx    context.Context
	reader *Reader
	sha256 string
	seq    int64
	left   []byte
}

func (p *pieces) Read(into []byte) (int, error) {
	if len(p.left) == 0 {
		p.seq++
		var found [][]byte
		err := sqlx.SelectContext(p.ctx, p.reader.q, &found, `SELECT content FROM raw_pieces WHERE sha256 = $1 AND seq = $2`, p.sha256, p.seq)
		if err != nil {
			return 0, err
		}
		if len(found) == 0 {
			return 0, io.EOF
		}
		p.left = found[0]
	}
	n := copy(into, p.left)
	p.left = p.left[n:]
	return n, nil
}

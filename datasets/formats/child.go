package formats

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

// A workbook is read by a process of its own where [Options] say how to start one, so that whatever a file does to the
// reader it does to that process alone, which may have only so much memory and processor time.
//
// It gets a question as a line of JSON and the workbook behind it on its standard input, and answers on its standard
// output in frames: a letter, the length as a varint, as many bytes. S is a worksheet as JSON; R a row: its line, the
// number of its cells, then of each its length and its text, numbers as varints; F a [Fault] as JSON; E the end, without
// which the answer is not whole.
const (
	frameSheet = 'S'
	frameRow   = 'R'
	frameFault = 'F'
	frameEnd   = 'E'
)

// question is what the process is asked: the worksheets of a workbook, or the rows of one.
type question struct {
	Name   string
	Size   int64
	Limits Limits
	Sheet  *worksheet // whose rows; nil for the list of worksheets
}

// What the process may take, and how long it may be silent. Reading is a stream, so that memory is for the workbook as
// it is packed, its shared strings, and room to breathe.
const (
	childWorkbook = 128 << 20 // bytes of the workbook, packed
	childMemory   = 512 << 20 // beyond the workbook and what the program takes anyway
	childSeconds  = 300       // of the processor
	childSilence  = time.Minute
)

// ReadWorkbook is what the process does that [Options.Child] starts: it answers the question on in, and takes no more
// memory and processor time than it should. It opens no file and no connection. The error is for its exit code only.
func ReadWorkbook(in io.Reader, out io.Writer) error {
	const longestQuestion = 1 << 20
	lines := bufio.NewReaderSize(in, 64<<10)
	var line []byte
	for {
		part, err := lines.ReadSlice('\n')
		line = append(line, part...)
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) || len(line) > longestQuestion {
			return fmt.Errorf("read the question: %w", err)
		}
	}
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		return fmt.Errorf("read the question: %w", err)
	}
	if q.Size < 0 || q.Size > childWorkbook {
		return fmt.Errorf("the workbook has %d bytes", q.Size)
	}
	if err := confine(childMemory+q.Size, childSeconds); err != nil {
		return fmt.Errorf("limit this process: %w", err)
	}
	all := make([]byte, q.Size)
	if _, err := io.ReadFull(lines, all); err != nil {
		return fmt.Errorf("read the workbook: %w", err)
	}
	w := bufio.NewWriterSize(out, 64<<10)
	err := answer(File{Name: q.Name, Content: bytes.NewReader(all), Size: q.Size}, q, w)
	var fault *Fault
	if errors.As(err, &fault) {
		err = writeJSON(w, frameFault, fault)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

func answer(f File, q question, w *bufio.Writer) error {
	book, err := openWorkbook(f, q.Limits.filled())
	if err != nil {
		return err
	}
	var failed error
	if q.Sheet == nil {
		for _, s := range book.sheets {
			if err := writeJSON(w, frameSheet, s); err != nil {
				return err
			}
		}
	} else {
		var frame []byte
		err = book.rows(context.Background(), *q.Sheet, func(r Row) bool {
			frame = binary.AppendUvarint(frame[:0], uint64(r.Line))
			frame = binary.AppendUvarint(frame, uint64(len(r.Cells)))
			for _, c := range r.Cells {
				frame = binary.AppendUvarint(frame, uint64(len(c)))
				frame = append(frame, c...)
			}
			failed = writeFrame(w, frameRow, frame)
			return failed == nil
		})
	}
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	return writeFrame(w, frameEnd, nil)
}

func writeJSON(w *bufio.Writer, kind byte, what any) error {
	text, err := json.Marshal(what)
	if err != nil {
		return err
	}
	return writeFrame(w, kind, text)
}

func writeFrame(w *bufio.Writer, kind byte, payload []byte) error {
	head := binary.AppendUvarint([]byte{kind}, uint64(len(payload)))
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(payload)
	return err
}

// ask starts the process, and hands the payload of each frame to each, until the answer is over or each returns false.
func (n *nest) ask(ctx context.Context, f File, q question, each func(kind byte, payload []byte) (bool, error)) error {
	if f.Size > childWorkbook {
		return &Fault{File: f.Name, What: fmt.Sprintf("is a workbook of %s; one may have %s", size(f.Size), size(childWorkbook)), Hint: "Save its sheets as CSV"}
	}
	q.Name, q.Size, q.Limits = f.Name, f.Size, n.Limits
	line, err := json.Marshal(q)
	if err != nil {
		return err
	}
	running, kill := context.WithCancel(ctx)
	defer kill()
	cmd := n.child(running)
	content := &watched{in: io.NewSectionReader(f.Content, 0, f.Size)}
	cmd.Stdin = io.MultiReader(bytes.NewReader(append(line, '\n')), content)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start the process that reads workbooks: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the process that reads workbooks: %w", err)
	}
	silence := time.AfterFunc(childSilence, kill)
	defer silence.Stop()
	in := bufio.NewReaderSize(out, 64<<10)
	var payload []byte
	whole := false
	for more := true; more; {
		var kind byte
		silence.Reset(childSilence)
		kind, payload, err = readFrame(in, payload, n.Limits)
		silence.Stop() // whoever takes the rows may take their time
		if err != nil {
			break
		}
		if kind == frameEnd {
			whole = true
			break
		}
		if more, err = each(kind, payload); err != nil {
			break
		}
		whole = !more
	}
	kill()
	_ = cmd.Wait() // it was killed, or it is said below what its end means
	var fault *Fault
	switch {
	case errors.As(err, &fault), whole:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case content.err != nil:
		return content.err
	}
	return &Fault{File: f.Name, What: "is too large or broken as a workbook", Hint: "Delete sheets and columns that are not needed, or save the sheet as CSV"}
}

// watched remembers why reading failed, which a process at the other end of a pipe cannot know.
type watched struct {
	in  io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.in.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// readFrame reads a frame, and believes no length that no row can have.
func readFrame(in *bufio.Reader, payload []byte, l Limits) (byte, []byte, error) {
	kind, err := in.ReadByte()
	if err != nil {
		return 0, payload, err
	}
	size, err := binary.ReadUvarint(in)
	if err != nil {
		return 0, payload, err
	}
	if size > uint64(l.Row+10*(l.Columns+2)+longest) {
		return 0, payload, errors.New("a frame is too long")
	}
	payload = append(payload[:0], make([]byte, size)...)
	_, err = io.ReadFull(in, payload)
	return kind, payload, err
}

// rowOf reads the payload of a row.
func rowOf(payload []byte, cells []string) (Row, error) {
	bad := errors.New("a row is not whole")
	number := func() int {
		n, size := binary.Uvarint(payload)
		if size <= 0 || n > 1<<31 {
			payload = nil
			return -1
		}
		payload = payload[size:]
		return int(n)
	}
	line, count := number(), number()
	if line < 1 || count < 0 || count > len(payload) {
		return Row{}, bad
	}
	text := string(payload)
	for range count {
		length := number()
		if length < 0 || length > len(payload) {
			return Row{}, bad
		}
		at := len(text) - len(payload)
		cells = append(cells, text[at:at+length])
		payload = payload[length:]
	}
	return Row{Line: line, Cells: cells}, nil
}

// workbook opens a workbook, whose directory has been checked, by the process or in this one.
func (n *nest) workbook(ctx context.Context, packed File) (*Document, error) {
	local := *n
	local.Limits.Columns = cmp.Or(n.columns, workbookColumns)
	sheets, err := local.worksheets(ctx, packed)
	if err != nil {
		return nil, err
	}
	doc := &Document{Format: XLSX}
	for _, s := range sheets {
		if s.Hidden {
			doc.Notes = append(doc.Notes, fmt.Sprintf("The sheet %q is hidden in its workbook.", s.Name))
		}
		doc.Sheets = append(doc.Sheets, Sheet{Name: s.Name, Format: XLSX, Hidden: s.Hidden, rows: func(ctx context.Context) iter.Seq2[Row, error] {
			return func(yield func(Row, error) bool) {
				if err := local.sheetRows(ctx, packed, s, func(r Row) bool { return yield(r, nil) }); err != nil {
					yield(Row{}, placed(err, packed.Name))
				}
			}
		}})
	}
	return doc, nil
}

func (n *nest) worksheets(ctx context.Context, packed File) ([]worksheet, error) {
	f, err := hold(packed)
	if err != nil {
		return nil, err
	}
	if n.child == nil {
		book, err := openWorkbook(f, n.Limits)
		if err != nil {
			return nil, err
		}
		return book.sheets, nil
	}
	var sheets []worksheet
	err = n.ask(ctx, f, question{}, func(kind byte, payload []byte) (bool, error) {
		if kind != frameSheet {
			return false, faultOf(payload)
		}
		var s worksheet
		if err := json.Unmarshal(payload, &s); err != nil || len(sheets) > n.Limits.Entries {
			return false, errors.New("a worksheet is not whole")
		}
		sheets = append(sheets, s)
		return true, nil
	})
	return sheets, err
}

// sheetRows walks the rows of a worksheet until yield returns false.
func (n *nest) sheetRows(ctx context.Context, packed File, s worksheet, yield func(Row) bool) error {
	f, err := hold(packed)
	if err != nil {
		return err
	}
	if n.child == nil {
		book, err := openWorkbook(f, n.Limits)
		if err != nil {
			return err
		}
		return book.rows(ctx, s, yield)
	}
	var cells []string
	return n.ask(ctx, f, question{Sheet: &s}, func(kind byte, payload []byte) (bool, error) {
		if kind != frameRow {
			return false, faultOf(payload)
		}
		row, err := rowOf(payload, cells[:0])
		if err != nil {
			return false, err
		}
		cells = row.Cells
		return yield(row), nil
	})
}

// faultOf reads the payload of a fault.
func faultOf(payload []byte) error {
	var fault Fault
	if err := json.Unmarshal(payload, &fault); err != nil || fault.What == "" {
		return errors.New("a fault is not whole")
	}
	return &fault
}

package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// terminal is a command's world: where it reads and writes, and what it may do there.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	// colours and bars are for people at a screen; a file, a pipe or NO_COLOR (no-color.org) gets neither.
	colorOut bool
	live     bool // standard error is a screen, so a line may be drawn over
	screen   bool // standard output is one, so bytes that are no text have no place there
}

func newTerminal() *terminal {
	screen := func(f *os.File) bool {
		return term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" //nolint:gosec // a file descriptor is small
	}
	return &terminal{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		colorOut: screen(os.Stdout) && os.Getenv("NO_COLOR") == "",
		live:     screen(os.Stderr),
		screen:   term.IsTerminal(int(os.Stdout.Fd())), //nolint:gosec // a file descriptor is small
	}
}

// say writes a line for people to standard error, so that standard output holds only what was asked for.
func (t *terminal) say(format string, args ...any) {
	fmt.Fprintf(t.err, format+"\n", args...)
}

// progress shows how far a piece of work is: a bar on a screen, else a line for every tenth or new step. It returns what to call
// at every step, and what to call at the end.
func (t *terminal) progress(what string) (step func(name string, share float64), done func()) {
	if !t.live {
		tenth, last := -1, ""
		return func(name string, share float64) {
			if now := int(10 * share); now != tenth || name != last {
				tenth, last = now, name
				t.say("%s: %3.0f %%  %s", what, 100*share, name)
			}
		}, func() {}
	}
	const whole = 1000
	bar := progressbar.NewOptions(whole,
		progressbar.OptionSetWriter(t.err),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(28),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "█", SaucerPadding: "░", BarStart: "", BarEnd: ""}),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionClearOnFinish())
	// What the bar's writer says of a screen that went away is of no use to anybody.
	_ = bar.RenderBlank()
	step = func(name string, share float64) {
		const wide = 34
		if len(name) > wide {
			name = name[:wide]
		}
		bar.Describe(fmt.Sprintf("%s: %s%s", what, name, strings.Repeat(" ", wide-len(name))))
		_ = bar.Set(int(share * whole))
	}
	return step, func() { _ = bar.Finish() }
}

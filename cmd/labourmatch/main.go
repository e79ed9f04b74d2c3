// Command labourmatch matches labour supply with demand, for stocks of workers: from counts of vacancies and workers and
// the legal channels between regions it computes a placement, and from it the gap of every region and occupation.
//
// There is one file per command. Each command wires what it needs by hand, straight down, and closes it in reverse;
// nothing is global, and nothing happens on import. A command gets its world, the [terminal], from main, so that what it
// prints and where it reads from is one argument.
//
// Exit codes: 0 all is well; 1 the data or the work are in trouble, said on standard error; 2 the command was called
// wrongly.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(run())
}

// run exists because os.Exit runs no deferred call.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the program at once, however busy it is.
	context.AfterFunc(ctx, stop)
	t := newTerminal()
	err := newRoot(t).ExecuteContext(ctx)
	var wrong *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &wrong):
		fmt.Fprintf(t.err, "labourmatch: %v\n", err)
		if wrong.command != "" {
			fmt.Fprintf(t.err, "See: %s --help\n", wrong.command)
		}
		return 2
	case errors.Is(err, errSaid):
		return 1
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(t.err, "labourmatch: stopped")
		return 1
	}
	fmt.Fprintf(t.err, "labourmatch: %v\n", err)
	return 1
}

// errSaid is the error of a command that has already said what is wrong, in its own form.
var errSaid = errors.New("said")

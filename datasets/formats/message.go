package formats

import "context"

// recogniseMessage tells the format of a statistical message or of position openings by the first bytes of its content,
// and returns "" for everything else.
func recogniseMessage(_ []byte) Format { return "" }

// messageOpener is what opens a message of the format, nil for a format that is no message.
func messageOpener(_ Format) func(context.Context, File, Options) (*Document, error) { return nil }

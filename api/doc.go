// Package api is the service's face: operations over HTTP, the page at /, the reference at /docs and the metrics.
//
// Operations are huma's, on a Gin engine: each is a Go function from a typed request to a typed answer, from which the
// OpenAPI document is made, so the document cannot say what the code does not do; the tests hold every answer they see
// against it. What is refused is refused with a problem document (RFC 9457), the router's own refusals included, and
// the way from an error to a status is one table, in problem.go. Nothing is solved while somebody waits: operations read
// what the store holds, or put a run into its queue.
//
// There are no identities yet. Each operation declares whom it is meant for ([Access]: public, member or operator), and
// the OpenAPI document shows it, but nothing enforces it: whoever reaches the listener may read every dataset, start and
// cancel runs and publish one. That is why the program listens on the loopback address unless told otherwise, and why
// it must not be put on a network as it is. The metrics have a handler of their own ([Metrics.Handler]) for a second
// listener.
//
// The package opens no listener, reads no environment and starts no goroutine; main does.
package api

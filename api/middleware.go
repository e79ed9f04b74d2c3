package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

// securityPolicy lets a page use this server's own stylesheet and pictures and nothing else: no script, no frame around
// it, no form, nothing from elsewhere.
const securityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// headers sets what every answer carries.
func headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", securityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	// What is published can change at any moment. Files that do not are told apart where they are served.
	h.Set("Cache-Control", "no-cache")
}

// recovered turns a panic into a problem without details, and logs it once with its stack. If part of an answer is out
// already, the connection is cut, so that nobody takes half an answer for a whole one.
func (s *Server) recovered(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
		s.log.ErrorContext(c.Request.Context(), "request panicked",
			slog.String("method", c.Request.Method), slog.String("route", route(c)),
			slog.String("cause", fmt.Sprint(cause)), slog.String("stack", string(debug.Stack())))
		if c.Writer.Written() {
			panic(http.ErrAbortHandler)
		}
		p, _ := problemOf(errors.New("panic"))
		send(c, p)
	}()
	c.Next()
}

// sending is how long a caller may take to receive an answer that is made.
const sending = 10 * time.Minute

// limited bounds the size of a body, the time it may take to come, and the time a request may take altogether.
func (s *Server) limited(c *gin.Context) {
	size, took := s.options.MaxBody, s.options.Timeout
	switch c.FullPath() {
	case datasetsPath, importsPath:
		if c.Request.Method == http.MethodPost {
			size, took = s.options.MaxUpload, s.options.UploadTimeout
		}
	case datasetsPath + "/:id/rows", importsPath + "/:id/raw", importsPath + "/:id/findings":
		took = s.options.UploadTimeout // a table takes as long to go as to come
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), took)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	if c.Request.Body != nil && c.Request.Body != http.NoBody {
		if c.Request.ContentLength > size {
			p, _ := problemOf(&http.MaxBytesError{Limit: size})
			c.Header("Connection", "close")
			send(c, p)
			return
		}
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, size)
		// A recorder of tests knows no deadlines; every real connection does.
		_ = huma.SetReadDeadline(c.Writer, time.Now().Add(took))
	}
	// Results are made before they are sent, so that sending may take longer than making them, but not for ever.
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(took + sending))
	c.Next()
}

// asked refuses a query that is not read as it was meant: a part that cannot be decoded would be left out in silence, and
// of a parameter given twice only the first would count, so that the answer would be one to another question. Only
// expectations may be several; where none are read, even one is refused.
func asked(c *gin.Context) {
	query, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		send(c, problem(slugInvalid, "The query of the address cannot be decoded; write & between parameters, and % as %25."))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if len(query[name]) > 1 && name != "expect" {
			send(c, problem(slugInvalid, "The parameter "+strconv.Quote(shortened(name))+" is there twice; give it once."))
			return
		}
	}
	c.Next()
}

// observed measures each request by its route, never by its path: paths are as many as callers like.
func (s *Server) observed(c *gin.Context) {
	start := s.options.Clock()
	done := s.options.Metrics.begin()
	defer func() {
		status := c.Writer.Status()
		if cause := recover(); cause != nil {
			done(c.Request.Method, route(c), http.StatusInternalServerError, s.options.Clock().Sub(start))
			panic(cause)
		}
		done(c.Request.Method, route(c), status, s.options.Clock().Sub(start))
	}()
	c.Next()
	s.log.DebugContext(c.Request.Context(), "request", slog.String("method", c.Request.Method),
		slog.String("route", route(c)), slog.Int("status", c.Writer.Status()), slog.Int("bytes", c.Writer.Size()))
}

// route is the pattern a request matched.
func route(c *gin.Context) string {
	if pattern := c.FullPath(); pattern != "" {
		return pattern
	}
	return "none"
}

// headAsGet answers HEAD like GET; the HTTP server leaves the body out itself.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.Clone(r.Context())
			r.Method = http.MethodGet
			w = headWriter{w}
		}
		next.ServeHTTP(w, r)
	})
}

// headWriter drops the body, so that HEAD costs no transfer whatever server is in front.
type headWriter struct{ http.ResponseWriter }

func (headWriter) Write(p []byte) (int, error) { return len(p), nil }

// Unwrap lets deadlines through to the connection.
func (w headWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"labourmatch/api/runs"
	"labourmatch/api/store"
	"labourmatch/api/web"
	"labourmatch/datasets/report"
)

// Options of a server. Store is required; everything else may be left at its zero value.
type Options struct {
	Store *store.Store
	// Wake tells whoever executes runs that one was put into the queue, or asked to stop; nil: they find out themselves.
	Wake func()
	// WorkbookChild starts the process that reads a workbook, see formats.Options; nil: workbooks are read in this one.
	WorkbookChild func(context.Context) *exec.Cmd
	// Explainer tells stories of runs; nil: none are told.
	Explainer *runs.Explainer
	// Logger is told of what went wrong on our side; nil: nobody is.
	Logger *slog.Logger
	// Clock tells the time; nil means time.Now.
	Clock func() time.Time
	// Version of the program.
	Version string
	// Metrics of the process, see [NewMetrics]; nil makes some that nobody scrapes.
	Metrics *Metrics
	// MetricsURL is where the metrics are served, for the pages to link to; empty leaves the links out.
	MetricsURL string
	// Owner is written into what is created, as long as there are no identities; empty means `local`.
	Owner string

	MaxBody       int64         // bytes of a request's body; 0 means 1 MiB
	MaxUpload     int64         // bytes of an uploaded table; 0 means 512 MiB
	Timeout       time.Duration // of a request; 0 means 30 seconds
	UploadTimeout time.Duration // of an upload; 0 means 10 minutes
}

func (o *Options) setDefaults() {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Version == "" {
		o.Version = "development"
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(o.Clock, o.Version)
	}
	if o.Owner == "" {
		o.Owner = "local"
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.MaxUpload == 0 {
		o.MaxUpload = 512 << 20
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.UploadTimeout == 0 {
		o.UploadTimeout = 10 * time.Minute
	}
}

// Server answers requests. It is an [http.Handler], safe for use by several goroutines.
type Server struct {
	options Options
	store   *store.Store
	log     *slog.Logger
	engine  *gin.Engine
	handler http.Handler
	huma    huma.API
	pages   *web.Pages
	plain   map[string]Access // `GET /docs` → whom it is meant for: routes outside the OpenAPI document
	readers chan struct{}     // holds one for each file that is being read

	mu     sync.Mutex
	shown  *web.Run // the current run as last read; nil before one was published
	titles titles   // of the run whose skills were last asked for
}

// New makes a server. It asks the database nothing; see [Server.Refresh].
func New(o Options) (*Server, error) {
	if o.Store == nil {
		return nil, errors.New("make the server: no store was given")
	}
	s, err := build(o)
	if err != nil {
		return nil, fmt.Errorf("make the server: %w", err)
	}
	return s, nil
}

// OpenAPI is the document that describes the interface, as JSON. It needs neither database nor listener.
func OpenAPI(version string) ([]byte, error) {
	s, err := build(Options{Version: version})
	if err != nil {
		return nil, fmt.Errorf("describe the interface: %w", err)
	}
	return s.document()
}

func build(o Options) (*Server, error) {
	o.setDefaults()
	pages, err := web.New()
	if err != nil {
		return nil, err
	}
	// Gin knows its mode only as a global; in any other it prints routes and advice on standard output.
	gin.SetMode(gin.ReleaseMode)
	s := &Server{options: o, store: o.Store, log: o.Logger, engine: gin.New(), pages: pages, plain: map[string]Access{}, readers: make(chan struct{}, mostReaders)}
	s.handler = headAsGet(s.engine)
	s.engine.HandleMethodNotAllowed = true
	s.engine.RedirectTrailingSlash = false
	s.engine.ForwardedByClientIP = false
	if err := s.engine.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	s.engine.Use(headers, s.observed, s.recovered, s.limited, asked)
	s.engine.NoRoute(func(c *gin.Context) {
		send(c, problem(slugNoRoute, "There is nothing at this path; /docs lists what there is."))
	})
	s.engine.NoMethod(func(c *gin.Context) {
		send(c, problem(slugNoMethod, "This path knows "+c.Writer.Header().Get("Allow")+"."))
	})

	s.huma = humagin.New(s.engine, s.config())
	s.registerHealth()
	s.registerDatasets()
	s.registerImports()
	s.registerLayouts()
	s.registerRuns()
	s.registerScenarios()
	s.registerResults()
	s.registerLists()
	s.registerCompare()
	s.registerExplain()
	return s, s.registerPages()
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// HTTPServer is a server for a listener with the time limits that keep slow callers from holding connections: a
// header's time, an idle connection's time. Bodies and answers have the limits of their routes.
func HTTPServer(handler http.Handler, log *slog.Logger) *http.Server {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	if log != nil {
		server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	}
	return server
}

// Routes lists every route of the router, as `GET /v1/runs/:id`, with whom it is meant for.
func (s *Server) Routes() map[string]Access {
	list := maps.Clone(s.plain)
	for _, r := range s.engine.Routes() {
		if _, ok := list[r.Method+" "+r.Path]; !ok {
			list[r.Method+" "+r.Path] = ""
		}
	}
	for _, op := range operations(s.huma.OpenAPI()) {
		path := strings.NewReplacer("{", ":", "}", "").Replace(op.Path)
		access, _ := op.Extensions[accessField].(string)
		list[op.Method+" "+path] = Access(access)
	}
	return list
}

// Refresh makes pages and metrics show the run that is current in the database. main calls it at the start and from
// time to time, for the case that another process published one. It reads a run's report only when the run is new.
func (s *Server) Refresh(ctx context.Context) error {
	_, err := s.current(ctx)
	return err
}

// current is the current run, from memory if it is the one shown last; nil if none is published.
func (s *Server) current(ctx context.Context) (*web.Run, error) {
	run, err := s.store.CurrentRun(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("show the current run: %w", err)
	}
	s.mu.Lock()
	shown := s.shown
	s.mu.Unlock()
	if shown != nil && shown.ID == run.ID {
		return shown, nil
	}
	document, err := s.store.Report(ctx, run.ID)
	if err != nil {
		return nil, fmt.Errorf("show run %s: %w", run.ID, err)
	}
	r, err := report.ReadJSON(document)
	if err != nil {
		return nil, fmt.Errorf("show run %s: %w", run.ID, err)
	}
	shown = &web.Run{ID: run.ID, Finished: run.Finished, Report: r}
	s.mu.Lock()
	s.shown = shown
	s.mu.Unlock()
	s.options.Metrics.current.show(run.ID, run.Finished, r)
	return shown, nil
}

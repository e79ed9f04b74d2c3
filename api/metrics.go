package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"labourmatch/api/store"
)

// Metrics is what Prometheus may scrape of this process: the figures of the current run, and how requests, runs and
// uploads go. Each Metrics has a registry of its own. It is safe for use by several goroutines.
//
// main makes one, hands it to [New], tells it of runs and uploads, and serves [Metrics.Handler] on a listener of its own.
type Metrics struct {
	registry *prometheus.Registry
	current  *current

	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge

	runs    *prometheus.CounterVec
	running *prometheus.HistogramVec

	rows      *prometheus.CounterVec
	problems  *prometheus.CounterVec
	uploading *prometheus.HistogramVec
}

// NewMetrics makes the metrics of a process of the given version. The clock tells how old the current run's data are;
// nil means time.Now.
func NewMetrics(clock func() time.Time, version string) *Metrics {
	if clock == nil {
		clock = time.Now
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		current:  newCurrent(clock),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "labourmatch_http_requests_total", Help: "HTTP requests answered, by route pattern.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "labourmatch_http_request_duration_seconds", Help: "How long HTTP requests took, by route pattern.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 120},
		}, []string{"method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "labourmatch_http_requests_in_flight", Help: "HTTP requests being answered.",
		}),
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "labourmatch_runs_total", Help: "Runs this process ended, by the state they ended in.",
		}, []string{"state"}),
		running: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "labourmatch_run_duration_seconds", Help: "How long runs took from start to end, by the state they ended in.",
			Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1200, 3600},
		}, []string{"state"}),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "labourmatch_ingest_rows_total", Help: "Rows accepted from uploads, by file; dry runs are not counted.",
		}, []string{"file"}),
		problems: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "labourmatch_ingest_problems_total", Help: "Problems found in uploads, by file; dry runs are counted.",
		}, []string{"file"}),
		uploading: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "labourmatch_ingest_duration_seconds", Help: "How long uploads took to read and store, by file.",
			Buckets: []float64{.01, .05, .1, .5, 1, 5, 10, 30, 60, 300},
		}, []string{"file"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "labourmatch_build_info", Help: "The version of the program; always 1.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.current, m.requests, m.duration, m.inFlight, m.runs, m.running,
		m.rows, m.problems, m.uploading, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics. A scrape solves nothing and asks no database.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// Gatherer is where tests and other exporters read the metrics.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.registry }

// RunEnded counts a run that ended in this process; runs.Options.Ended is made for it.
func (m *Metrics) RunEnded(r store.Run) {
	state := string(r.State)
	m.runs.WithLabelValues(state).Inc()
	if !r.Started.IsZero() && r.Finished.After(r.Started) {
		m.running.WithLabelValues(state).Observe(r.Finished.Sub(r.Started).Seconds())
	}
}

// ingested counts one upload of a file the program knows.
func (m *Metrics) ingested(file string, rows int64, problems int, took time.Duration) {
	m.rows.WithLabelValues(file).Add(float64(rows))
	m.problems.WithLabelValues(file).Add(float64(problems))
	m.uploading.WithLabelValues(file).Observe(took.Seconds())
}

// begin counts a request as under way; what it returns ends it.
func (m *Metrics) begin() func(method, route string, status int, took time.Duration) {
	m.inFlight.Inc()
	return func(method, route string, status int, took time.Duration) {
		m.inFlight.Dec()
		method = bounded(method)
		m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
		m.duration.WithLabelValues(method, route).Observe(took.Seconds())
	}
}

// bounded keeps callers from making up methods, each of which would be a series for ever.
func bounded(method string) string {
	known := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}
	if slices.Contains(known, method) {
		return method
	}
	return "other"
}

package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Health is the answer of a server that is well.
type Health struct {
	Status  string `json:"status" enum:"ok" doc:"Always ok; a server that is not well answers with a problem."`
	Version string `json:"version" doc:"The version of the program."`
}

type healthOutput struct{ Body Health }

func (s *Server) registerHealth() {
	well := &healthOutput{Health{Status: "ok", Version: s.options.Version}}
	register(s, Public, huma.Operation{
		OperationID: "health", Method: http.MethodGet, Path: "/healthz", Tags: []string{tagServer},
		Summary: "Whether the process is alive", Description: "Asks nothing of the database: for a supervisor that restarts what hangs.",
	}, func(context.Context, *struct{}) (*healthOutput, error) { return well, nil })
	register(s, Public, huma.Operation{
		OperationID: "ready", Method: http.MethodGet, Path: "/readyz", Tags: []string{tagServer},
		Summary: "Whether the process can answer", Description: "Asks the database: for a balancer that sends requests only where they can be answered.",
		Errors: []int{http.StatusServiceUnavailable},
	}, func(ctx context.Context, _ *struct{}) (*healthOutput, error) {
		if err := s.store.Ping(ctx); err != nil {
			s.log.ErrorContext(ctx, "not ready", slog.Any("error", err))
			return nil, problem(slugNotReady, "The database does not answer.")
		}
		return well, nil
	})
}

package api

import (
	"bytes"
	"io/fs"
	"net/http"

	"github.com/gin-gonic/gin"

	"labourmatch/api/web"
)

// open adds a route outside the OpenAPI document: a page or a file.
func (s *Server) open(path string, handle gin.HandlerFunc) {
	s.plain[http.MethodGet+" "+path] = Public
	s.engine.GET(path, handle)
}

func (s *Server) registerPages() error {
	document, err := s.document()
	if err != nil {
		return err
	}
	docs, err := s.docs()
	if err != nil {
		return err
	}
	s.open("/", s.home)
	s.open("/docs", func(c *gin.Context) { page(c, docs) })
	s.open("/openapi.json", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", document) })
	files := http.StripPrefix("/assets", http.FileServerFS(web.Assets()))
	names, err := fs.ReadDir(web.Assets(), ".")
	if err != nil {
		return err
	}
	for _, f := range names {
		s.open("/assets/"+f.Name(), func(c *gin.Context) {
			c.Header("Cache-Control", "public, max-age=300")
			files.ServeHTTP(c.Writer, c.Request)
		})
	}
	return nil
}

func page(c *gin.Context, body []byte) { c.Data(http.StatusOK, "text/html; charset=utf-8", body) }

// home writes the first page.
func (s *Server) home(c *gin.Context) {
	run, err := s.current(c.Request.Context())
	if err == nil {
		var body bytes.Buffer
		if err = s.pages.Home(&body, web.Home{Version: s.options.Version, MetricsURL: s.options.MetricsURL, Run: run}); err == nil {
			page(c, body.Bytes())
			return
		}
	}
	send(c, s.refuse(c.Request.Context(), "home", err))
}

// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"embed"
	"io/fs"
	"net/http"
)

// The page is served as it is written: there is no step that builds it.
//
//go:embed page
var page embed.FS

// pageFiles serves the page. Its scripts and styles may come from here only,
// and it may not be put into the frame of another page.
func pageFiles() http.Handler {
	files, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // The folder is part of the program.
	}
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := r.PathValue("file"); name != "" {
			if _, err := fs.Stat(files, name); err != nil {
				respond(w, r, result{}, missing("there is no %s %s; there is %s", r.Method, r.URL.Path, patterns()))
				return
			}
		}
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		server.ServeHTTP(w, r)
	})
}

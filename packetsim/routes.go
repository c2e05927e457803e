// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// A route is one line of the API: what the request log and the faults know it
// by, and who answers it.
type route struct {
	// method is an HTTP method. PUT also serves PATCH, as the real API does.
	method string
	// template is the path with {id} and {sub} for the variable segments.
	template string
	handle   handler
}

// routes is the whole API.
func routes() []route {
	return slices.Concat(
		userRoutes(),
		organizationRoutes(),
		projectRoutes(),
		bgpConfigRoutes(),
		deviceRoutes(),
		sessionRoutes(),
		neighborRoutes(),
		sshKeyRoutes(),
		ipRoutes(),
		catalogRoutes(),
		apiKeyRoutes(),
		eventRoutes(),
		vlanRoutes(),
		portRoutes(),
		batchRoutes(),
		hardwareRoutes(),
		gatewayRoutes(),
		metadataRoutes(),
		spotMarketRoutes(),
		accountRoutes(),
	)
}

// A router finds the route of a request.
type router struct {
	mux    *http.ServeMux
	routes map[string]route
}

func newRouter(rs []route) *router {
	t := &router{mux: http.NewServeMux(), routes: map[string]route{}}
	add := func(method string, r route) {
		pattern := method + " " + r.template
		t.mux.Handle(pattern, http.NotFoundHandler())
		t.routes[pattern] = r
	}
	for _, r := range rs {
		add(r.method, r)
		if r.method == http.MethodPut {
			add(http.MethodPatch, r)
		}
	}
	// Without a handler for everything the mux would answer 405 and redirect.
	t.mux.Handle("/", http.NotFoundHandler())
	return t
}

// find returns the route for a method and a path without prefix, and a function
// for the values of the template's variables.
func (t *router) find(method, p string) (route, func(string) string, bool) {
	if path.Clean(p) != p {
		return route{}, nil, false
	}
	_, pattern := t.mux.Handler(&http.Request{Method: method, URL: &url.URL{Path: p}})
	rt, ok := t.routes[pattern]
	if !ok {
		return route{}, nil, false
	}
	template, parts := strings.Split(rt.template, "/"), strings.Split(p, "/")
	return rt, func(name string) string {
		return parts[slices.Index(template, "{"+name+"}")]
	}, true
}

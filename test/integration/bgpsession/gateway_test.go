// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"

	"k8s.io/client-go/rest"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
)

// A gateway stands between the provider and the API server, and holds requests
// back for ever, so that the provider can be killed at that moment.
type gateway struct {
	address string
	// met has, for each name, what is closed when its request is held back.
	met map[string]chan struct{}
}

// newGateway holds back the requests for which holds returns one of the names.
func newGateway(t *testing.T, holds func(*http.Request) (of string), names ...string) *gateway {
	t.Helper()
	g := &gateway{met: map[string]chan struct{}{}}
	for _, name := range names {
		g.met[name] = make(chan struct{})
	}
	to, err := url.Parse(provider.account.Host)
	if err != nil {
		t.Fatal(err)
	}
	// A kubeconfig's token is not sent without TLS: it is added here.
	transport, err := rest.TransportFor(provider.account)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Transport:     transport,
		FlushInterval: -1, // A watch is an answer that does not end.
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to) },
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() != nil {
				return // Whoever was killed waits for no answer.
			}
			http.Error(w, err.Error(), http.StatusBadGateway)
		},
	}
	var mu sync.Mutex
	held := map[string]bool{}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.address = "http://" + listener.Addr().String()
	server := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := holds(r); name != "" {
			mu.Lock()
			if !held[name] {
				held[name] = true
				close(g.met[name])
			}
			mu.Unlock()
			<-r.Context().Done()
			return
		}
		proxy.ServeHTTP(w, r)
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("cannot stop the gateway: %v", err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the gateway stopped: %v", err)
		}
	})
	return g
}

// connect has the provider, when it is started next, reach the API server at
// an address; an empty one is its own.
func (p *program) connect(t *testing.T, address string) {
	t.Helper()
	cfg := rest.CopyConfig(p.account)
	if address != "" {
		cfg.Host = address
		cfg.TLSClientConfig = rest.TLSClientConfig{}
	}
	if err := localcluster.WriteKubeconfig(p.kubeconfig, cfg); err != nil {
		t.Fatal(err)
	}
}

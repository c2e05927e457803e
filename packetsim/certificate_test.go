// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"

	"github.com/packethost/packngo"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestTLS(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{TLS: true})
	p := sim.AddProject(packetsim.Project{Name: "demo"})
	roots := x509.NewCertPool()
	if !strings.HasPrefix(sim.URL, "https://127.0.0.1:") || !roots.AppendCertsFromPEM(sim.CABundle) {
		t.Fatalf("want an https URL and a CA bundle, got %s and %q", sim.URL, sim.CABundle)
	}
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}, ForceAttemptHTTP2: true}}
	t.Cleanup(trusting.CloseIdleConnections)
	c, err := packngo.NewClientWithBaseURL("", sim.Token, trusting, sim.URL)
	if err != nil {
		t.Fatal(err)
	}
	got, resp, err := c.Projects.Get(p.ID, nil)
	if err != nil || got.Name != "demo" || resp.ProtoMajor != 2 {
		t.Errorf("a client that trusts the bundle: want the project over HTTP/2, got %+v, %v", got, err)
	}

	f := sim.Fault(packetsim.Fault{Cut: packetsim.CutMidway})
	if _, _, err := c.Projects.Get(p.ID, nil); err == nil {
		t.Errorf("a stream that is cut: want an error")
	}
	f.Remove()

	if c, err = packngo.NewClientWithBaseURL("", sim.Token, &http.Client{Transport: &http.Transport{}}, sim.URL); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Projects.Get(p.ID, nil); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a client that trusts the system only: want it to refuse the certificate, got %v", err)
	}
}

func TestSelfSigned(t *testing.T) {
	cert, bundle, err := packetsim.SelfSigned("packetsim.default.svc", "10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(bundle) {
		t.Fatalf("want PEM, got %q", bundle)
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{"packetsim.default.svc": true, "10.0.0.1": true, "localhost": true, "::1": true, "example.com": false} {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host})
		if (err == nil) != want {
			t.Errorf("certificate for %s: want valid %t, got %v", host, want, err)
		}
	}
}

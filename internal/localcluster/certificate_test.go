// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// endOf returns one end of mutual TLS from the files of a folder, as core and
// functions read them.
func endOf(t *testing.T, dir string) *tls.Config {
	t.Helper()
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"))
	if err != nil {
		t.Fatalf("cannot read the certificate: %v", err)
	}
	ca, err := os.ReadFile(filepath.Join(dir, "ca.crt"))
	if err != nil {
		t.Fatalf("cannot read the authority: %v", err)
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(ca) {
		t.Fatalf("there is no certificate in:\n%s", ca)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert},
		RootCAs: trusted, ServerName: "localhost",
		ClientCAs: trusted, ClientAuth: tls.RequireAndVerifyClientCert,
	}
}

func TestCertificate(t *testing.T) {
	ours, others := t.TempDir(), t.TempDir()
	for _, dir := range []string{ours, others} {
		if err := writeCertificate(dir); err != nil {
			t.Fatalf("writeCertificate: %v", err)
		}
	}
	server := endOf(t, ours)
	nobody := endOf(t, ours)
	nobody.Certificates = nil
	cases := map[string]struct {
		reason string
		client *tls.Config
		want   bool
	}{
		"Ours":   {reason: "Two ends with the same certificate trust each other.", client: endOf(t, ours), want: true},
		"Others": {reason: "The certificate of another Crossplane is not trusted.", client: endOf(t, others)},
		"Nobody": {reason: "A client needs a certificate.", client: nobody},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			l, err := tls.Listen("tcp", "127.0.0.1:0", server)
			if err != nil {
				t.Fatalf("\n%s\ncannot listen: %v", tc.reason, err)
			}
			defer l.Close()
			served := make(chan error, 1)
			go func() { served <- serveOne(l) }()
			// The server's verdict comes only with its answer.
			err = readOne(t.Context(), l.Addr().String(), tc.client)
			if accepted := <-served; (err == nil && accepted == nil) != tc.want {
				err = errors.Join(err, accepted)
				t.Errorf("\n%s\nconnection: want success: %t, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}

// serveOne greets the first client.
func serveOne(l net.Listener) error {
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	_, err = conn.Write([]byte("!"))
	return errors.Join(err, conn.Close())
}

// readOne connects and waits for the greeting.
func readOne(ctx context.Context, addr string, cfg *tls.Config) error {
	conn, err := (&tls.Dialer{Config: cfg}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, 1))
	return errors.Join(err, conn.Close())
}

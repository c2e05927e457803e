// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"time"
)

// certificateLife is how long certificates are valid: longer than any server
// that makes its own should run.
const certificateLife = 10 * 365 * 24 * time.Hour

// SelfSigned makes a certificate authority and a server certificate of it for
// the given host names and addresses, and for localhost, 127.0.0.1 and ::1.
// Clients trust it with the bundle, which is PEM. The authority's key is
// forgotten. Validity goes by the real time, as clients do.
func SelfSigned(hosts ...string) (cert tls.Certificate, caBundle []byte, err error) {
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "packetsim authority"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caDER, caKey, err := sign(authority, authority, nil)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("cannot make certificate authority: %w", err)
	}
	if authority, err = x509.ParseCertificate(caDER); err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("cannot read certificate authority: %w", err)
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "packetsim"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range append([]string{"localhost", "127.0.0.1", "::1"}, hosts...) {
		if a, err := netip.ParseAddr(h); err == nil {
			server.IPAddresses = append(server.IPAddresses, net.IP(a.AsSlice()))
		} else {
			server.DNSNames = append(server.DNSNames, h)
		}
	}
	der, key, err := sign(server, authority, caKey)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("cannot make server certificate: %w", err)
	}
	bundle := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, bundle, nil
}

// sign makes a key and a certificate for it, signed by the parent's key or, if
// that is nil, by its own.
func sign(template, parent *x509.Certificate, by crypto.Signer) ([]byte, crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if by == nil {
		by = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
	return der, key, err
}

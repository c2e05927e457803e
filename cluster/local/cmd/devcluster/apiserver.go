// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/client-go/rest"
	apiserver "k8s.io/kube-aggregator/pkg/apiserver"
	controlplane "k8s.io/kubernetes/pkg/controlplane/apiserver/options"
	"k8s.io/kubernetes/pkg/controlplane/apiserver/samples/generic/server"
	"k8s.io/kubernetes/pkg/kubeapiserver/authorizer/modes"
)

const (
	auditPolicyFile = "audit-policy.yaml"
	certificateDir  = "certificates"
	certificateName = "apiserver"
	issuer          = "https://kubernetes.default.svc.cluster.local"

	// auditMegabytes is more than a day of anything writes: readers expect the
	// log to be one file.
	auditMegabytes = 10_000
)

// auditPolicy has each answer logged, without its content.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`

// newAPIServer returns an API server that keeps its objects in the working
// folder's etcd, and what its users connect to, the credentials apart.
func newAPIServer(ctx context.Context, o options) (*apiserver.APIAggregator, *rest.Config, error) {
	// The listener is opened here so that nobody takes the port in between.
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(o.SecurePort)))
	if err != nil {
		return nil, nil, fmt.Errorf("cannot listen: %w", err)
	}
	opts, err := serverOptions(l, o.AuditLog)
	if err != nil {
		return nil, nil, err
	}
	completed, err := opts.Complete(ctx, []string{"localhost"}, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot complete the API server's options: %w", err)
	}
	if errs := completed.Validate(); len(errs) > 0 {
		return nil, nil, fmt.Errorf("cannot use the API server's options: %w", utilerrors.NewAggregate(errs))
	}

	cfg, err := server.NewConfig(completed)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot configure the API server: %w", err)
	}
	// With more than one master each new custom resource waits five seconds
	// for the others to hear of it.
	cfg.APIExtensions.ExtraConfig.MasterCount = 1
	complete, err := cfg.Complete()
	if err != nil {
		return nil, nil, fmt.Errorf("cannot configure the API server: %w", err)
	}
	s, err := server.CreateServerChain(complete)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot create the API server: %w", err)
	}

	ca, err := os.ReadFile(filepath.Join(certificateDir, certificateName+".crt"))
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read the API server's certificate: %w", err)
	}
	return s, &rest.Config{Host: "https://" + l.Addr().String(), TLSClientConfig: rest.TLSClientConfig{CAData: ca}}, nil
}

// serverOptions are the flags one would give to a kube-apiserver.
func serverOptions(l net.Listener, auditLog string) (*controlplane.Options, error) {
	opts := server.NewOptions()
	opts.Etcd.StorageConfig.Transport.ServerList = []string{etcdClients}

	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return nil, fmt.Errorf("cannot serve on %s: not TCP", l.Addr())
	}
	opts.SecureServing.Listener = l
	opts.SecureServing.BindPort, opts.SecureServing.BindAddress = addr.Port, addr.IP
	opts.SecureServing.ServerCert = genericoptions.GeneratableKeyCert{CertDirectory: certificateDir, PairName: certificateName}
	opts.GenericServerRunOptions.AdvertiseAddress = addr.IP

	opts.Authentication.TokenFile.TokenFile = tokenFile
	opts.Authentication.ServiceAccounts.Issuers = []string{issuer}
	opts.Authentication.ServiceAccounts.KeyFiles = []string{signingKey}
	opts.ServiceAccountSigningKeyFile = signingKey
	opts.Authorization.Modes = []string{modes.ModeRBAC}

	if auditLog == "" {
		return opts, nil
	}
	if err := os.WriteFile(auditPolicyFile, []byte(auditPolicy), 0o600); err != nil {
		return nil, fmt.Errorf("cannot write the audit policy: %w", err)
	}
	opts.Audit.PolicyFile = auditPolicyFile
	opts.Audit.LogOptions.Path = auditLog
	opts.Audit.LogOptions.MaxSize = auditMegabytes
	return opts, nil
}

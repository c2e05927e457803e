// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"
	kubernetes "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/crossplane/crossplane/apis/v2"
)

// off is the address of a server of controller-runtime that is not to run.
const off = "0"

// scheme knows the kinds of Kubernetes and of Crossplane.
func scheme() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{kubernetes.AddToScheme, apiextensionsv1.AddToScheme, apiextensionsv1beta1.AddToScheme, apis.AddToScheme} {
		if err := add(s); err != nil {
			return nil, fmt.Errorf("cannot register kinds: %w", err)
		}
	}
	return s, nil
}

// adapt has Crossplane make its manager and await its end in our way: both are
// variables of controller-runtime. There is no other way, its flags choose
// ports but not addresses.
func (o options) adapt(stdin io.Reader) {
	ctrl.NewManager = o.newManager
	if !o.StopOnStdinClose {
		return
	}
	signals := ctrl.SetupSignalHandler
	ctrl.SetupSignalHandler = func() context.Context { return untilEOF(signals(), stdin) }
}

// newManager returns a manager that serves nothing over the network and creates
// the ready file when it starts its controllers. Should Crossplane ever make its
// manager in another way, it is never ready, rather than open to the network.
func (o options) newManager(cfg *rest.Config, mo manager.Options) (manager.Manager, error) {
	mo.Metrics.BindAddress, mo.HealthProbeBindAddress = off, off
	mgr, err := manager.New(cfg, mo)
	if err != nil {
		return nil, err
	}
	// Controllers start once the caches have what the API server has, and this
	// with them.
	err = mgr.Add(manager.RunnableFunc(func(context.Context) error {
		f, err := os.OpenFile(o.ReadyFile, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("cannot say that the controllers run: %w", err)
		}
		return f.Close()
	}))
	return mgr, err
}

// untilEOF returns a context that ends with its parent or when r has been read
// to its end.
func untilEOF(ctx context.Context, r io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, r)
	}()
	return ctx
}

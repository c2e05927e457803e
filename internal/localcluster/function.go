// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"os/exec"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// PatchAndTransform is the function that fills in templates from fields of the
// composite.
const PatchAndTransform = "function-patch-and-transform"

// organization owns the repositories of the functions. Crossplane names a
// package that another depends on after its repository, organization and name;
// compositions that come as a package refer to functions by that.
const organization = "crossplane-contrib"

// fieldOwner is the name under which this package applies objects.
const fieldOwner = client.FieldOwner("localcluster")

// StartFunction starts a composition function and makes it known: the pipeline
// of a composition refers to it by this name after "crossplane-contrib-", as if
// a package that depends on it had been installed. The module cluster/functions
// has the functions that there are.
//
// The function listens on a socket in Crossplane's folder, and core and
// function know each other by mutual TLS, as in an installation.
func (x *Crossplane) StartFunction(ctx context.Context, name string) (*Companion, error) {
	bin, err := function(name).build(ctx, x.report)
	if err != nil {
		return nil, err
	}
	// Its path from the folder that core and function run in is short; that of
	// a socket is limited to about a hundred bytes.
	socket := name + ".sock"
	f := x.companion(name, name, socket, func() *exec.Cmd {
		return exec.Command(bin, "--network=unix", "--address="+socket, "--tls-certs-dir=certificates") //nolint:gosec,noctx // Built by us; Stop ends it.
	})
	if err := f.Start(ctx); err != nil {
		return nil, err
	}
	x.functions = append(x.functions, f)
	return f, x.register(ctx, name, bin, "unix:"+socket)
}

// register makes the revision of a function that the package manager would
// make of a package, and keeps the package manager from looking after it.
func (x *Crossplane) register(ctx context.Context, name, bin, endpoint string) error {
	info, err := buildinfo.ReadFile(bin)
	if err != nil {
		return fmt.Errorf("cannot read the version of %s: %w", name, err)
	}
	rev := revision(name)
	rev.SetLabels(map[string]string{"pkg.crossplane.io/package": organization + "-" + name})
	rev.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
	rev.Object["spec"] = map[string]any{
		"desiredState": "Active",
		"image":        "xpkg.crossplane.io/" + strings.TrimPrefix(info.Main.Path, "github.com/") + ":" + info.Main.Version,
		"revision":     int64(1),
	}
	if err := x.kube.Apply(ctx, client.ApplyConfigurationFromUnstructured(rev), fieldOwner); err != nil {
		return fmt.Errorf("cannot register %s: %w", name, err)
	}
	rev = revision(name)
	rev.Object["status"] = map[string]any{"endpoint": endpoint, "capabilities": []any{"composition"}}
	if err := x.kube.Status().Apply(ctx, client.ApplyConfigurationFromUnstructured(rev), fieldOwner); err != nil {
		return fmt.Errorf("cannot say where %s is: %w", name, err)
	}
	return nil
}

// revision returns a FunctionRevision of which only the name is known.
func revision(name string) *unstructured.Unstructured {
	rev := &unstructured.Unstructured{}
	rev.SetAPIVersion("pkg.crossplane.io/v1")
	rev.SetKind("FunctionRevision")
	rev.SetName(name)
	return rev
}

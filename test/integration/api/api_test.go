// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"fmt"
	"os"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
)

// namespace of the namespaced objects in testdata.
const namespace = "team-a"

// kube speaks to the control plane that all tests share. Like kubectl, it asks
// the API server to refuse fields that it does not know.
var kube client.Client

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	cluster, err := localcluster.Start(context.Background(), localcluster.Options{Report: localcluster.ReportTo(os.Stderr)})
	if err != nil {
		return fail(err)
	}
	defer func() {
		if err := cluster.Stop(); err != nil {
			code = fail(err)
		}
	}()
	if err := cluster.InstallCRDs("../../../package/crds"); err != nil {
		return fail(err)
	}
	cfg := cluster.Config()
	cfg.QPS = -1 // Nobody else is there to be fair to.
	c, err := client.New(cfg, client.Options{})
	if err != nil {
		return fail(err)
	}
	kube = client.WithFieldValidation(c, metav1.FieldValidationStrict)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	if err := kube.Create(context.Background(), ns); err != nil {
		return fail(err)
	}
	return m.Run()
}

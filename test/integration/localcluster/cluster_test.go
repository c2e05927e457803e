// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/localcluster"
)

// patience is far more than anything here takes.
const patience = 30 * time.Second

// cluster is the control plane that all tests share which do not restart it.
var cluster *localcluster.Cluster

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	c, err := localcluster.Start(context.Background(), localcluster.Options{Report: localcluster.ReportTo(os.Stderr)})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := c.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	if err := c.InstallCRDs("testdata"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	cluster = c
	return m.Run()
}

func start(t *testing.T, o localcluster.Options) *localcluster.Cluster {
	t.Helper()
	c, err := localcluster.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	return c
}

func newClient(t *testing.T, c *localcluster.Cluster) client.Client {
	t.Helper()
	kube, err := client.New(c.Config(), client.Options{})
	if err != nil {
		t.Fatalf("cannot make a client: %v", err)
	}
	return kube
}

func eventually(t *testing.T, what string, condition func(context.Context) (bool, error)) {
	t.Helper()
	if err := wait.PollUntilContextTimeout(t.Context(), 20*time.Millisecond, patience, true, condition); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func widget(name, size string) *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"size": size}}}
	u.SetGroupVersionKind(schema.GroupVersionKind{Group: "test.packet.crossplane.io", Version: "v1", Kind: "Widget"})
	u.SetNamespace("default")
	u.SetName(name)
	return u
}

func gone(kube client.Client, obj client.Object) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		err := kube.Get(ctx, client.ObjectKeyFromObject(obj), obj)
		return kerrors.IsNotFound(err), client.IgnoreNotFound(err)
	}
}

func TestCustomResources(t *testing.T) {
	kube := newClient(t, cluster)
	if err := kube.Create(t.Context(), widget("good", "small")); err != nil {
		t.Errorf("a valid object is refused: %v", err)
	}
	if err := kube.Create(t.Context(), widget("bad", "huge")); !kerrors.IsInvalid(err) {
		t.Errorf("an object against its schema: want it refused as invalid, got: %v", err)
	}
}

func TestGarbageCollection(t *testing.T) {
	kube := newClient(t, cluster)
	owner := widget("owner", "small")
	if err := kube.Create(t.Context(), owner); err != nil {
		t.Fatalf("cannot create the owner: %v", err)
	}
	owned := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace:       "default",
		Name:            "owned",
		OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(owner, owner.GroupVersionKind())},
	}}
	if err := kube.Create(t.Context(), owned); err != nil {
		t.Fatalf("cannot create the owned object: %v", err)
	}
	if err := kube.Delete(t.Context(), owner); err != nil {
		t.Fatalf("cannot delete the owner: %v", err)
	}
	eventually(t, "the owned object goes with its owner", gone(kube, owned))
}

func TestNamespaceDeletion(t *testing.T) {
	kube := newClient(t, cluster)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "short-lived"}}
	if err := kube.Create(t.Context(), ns); err != nil {
		t.Fatalf("cannot create a namespace: %v", err)
	}
	within := widget("within", "large")
	within.SetNamespace(ns.Name)
	if err := kube.Create(t.Context(), within); err != nil {
		t.Fatalf("cannot create an object in the namespace: %v", err)
	}
	if err := kube.Delete(t.Context(), ns); err != nil {
		t.Fatalf("cannot delete the namespace: %v", err)
	}
	eventually(t, "the namespace goes", gone(kube, ns))
	if ok, err := gone(kube, within)(t.Context()); !ok || err != nil {
		t.Errorf("what was in the namespace is still there (error: %v)", err)
	}
}

func TestServiceAccount(t *testing.T) {
	cfg, err := cluster.ServiceAccount(t.Context(), "robots", "robot", rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"configmaps", "events"}, Verbs: []string{"get", "create"},
	})
	if err != nil {
		t.Fatalf("ServiceAccount: %v", err)
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := localcluster.WriteKubeconfig(path, cfg); err != nil {
		t.Fatalf("WriteKubeconfig: %v", err)
	}
	if cfg, err = clientcmd.BuildConfigFromFlags("", path); err != nil {
		t.Fatalf("cannot read the kubeconfig: %v", err)
	}
	robot, err := client.New(cfg, client.Options{})
	if err != nil {
		t.Fatalf("cannot make a client: %v", err)
	}

	meta := metav1.ObjectMeta{Namespace: "robots", Name: "allowed"}
	if err := robot.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: meta}); err != nil {
		t.Errorf("what the rules allow is refused: %v", err)
	}
	if err := robot.Create(t.Context(), &corev1.Event{ObjectMeta: meta, InvolvedObject: corev1.ObjectReference{Namespace: "robots"}}); err != nil {
		t.Errorf("what the rules allow is refused: %v", err)
	}
	if err := robot.Get(t.Context(), client.ObjectKey{Namespace: "robots", Name: "allowed"}, &corev1.ConfigMap{}); err != nil {
		t.Errorf("what the rules allow is refused: %v", err)
	}
	if err := robot.Create(t.Context(), &corev1.Secret{ObjectMeta: meta}); !kerrors.IsForbidden(err) {
		t.Errorf("what the rules do not allow: want it forbidden, got: %v", err)
	}

	user := localcluster.ServiceAccountUser("robots", "robot")
	want := []localcluster.Request{
		{User: user, Verb: "create", Resource: "configmaps", Namespace: "robots", Name: "allowed", Code: 201},
		{User: user, Verb: "create", Resource: "secrets", Namespace: "robots", Code: 403},
	}
	var got []localcluster.Request
	eventually(t, "both writes are logged", func(context.Context) (bool, error) {
		got, err = cluster.Writes(user)
		return len(got) >= len(want), err
	})
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(localcluster.Request{}, "Time")); diff != "" {
		t.Errorf("the account's writes, the event left out: -want, +got:\n%s", diff)
	}
}

func TestRestart(t *testing.T) {
	dir := t.TempDir()
	first := start(t, localcluster.Options{Dir: dir})
	if err := newClient(t, first).Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "kept"}}); err != nil {
		t.Fatalf("cannot create an object: %v", err)
	}
	if err := first.Stop(); err != nil {
		t.Fatalf("Stop: %v", err)
	}
	select {
	case <-first.Done():
	default:
		t.Error("the control plane is not done after Stop")
	}

	second := start(t, localcluster.Options{Dir: dir})
	if err := newClient(t, second).Get(t.Context(), client.ObjectKey{Namespace: "default", Name: "kept"}, &corev1.ConfigMap{}); err != nil {
		t.Errorf("the object did not outlive the restart: %v", err)
	}
	if diff := cmp.Diff(first.Config().BearerToken, second.Config().BearerToken); diff != "" {
		t.Errorf("the administrator's token has changed: -before, +after:\n%s", diff)
	}
}

func TestStopRemovesTemporaryFolder(t *testing.T) {
	c := start(t, localcluster.Options{})
	dir := filepath.Dir(c.Kubeconfig())
	if err := c.Stop(); err != nil {
		t.Fatalf("Stop: %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("want no folder %s, got: %v", dir, err)
	}
	if err := c.Stop(); err != nil {
		t.Errorf("want a second Stop to do nothing, got: %v", err)
	}
}

func TestStartFailureQuotesLog(t *testing.T) {
	running := start(t, localcluster.Options{})
	var port int
	if _, err := fmt.Sscanf(running.Config().Host, "https://127.0.0.1:%d", &port); err != nil {
		t.Fatalf("cannot read the port from %s: %v", running.Config().Host, err)
	}
	_, err := localcluster.Start(t.Context(), localcluster.Options{Dir: t.TempDir(), Port: port})
	if err == nil {
		t.Fatal("want an error for a port that is taken, got none")
	}
	for _, want := range []string{"the control plane is not running", "cannot listen", "address already in use"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got: %v", want, err)
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"maps"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/event"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

const (
	deviceID  = "d0000000-0000-4000-8000-000000000001"
	objectID  = "50000000-0000-4000-8000-000000000001"
	otherID   = "50000000-0000-4000-8000-000000000002"
	secretKey = "the-secret-key"
)

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// A small kind with the field names of the generated types.
type (
	args struct {
		Device string `json:"deviceId,omitempty"`
		Family string `json:"addressFamily,omitempty"`
		Route  *bool  `json:"defaultRoute,omitempty"`
	}
	state struct {
		ID     string   `json:"id,omitempty"`
		Device string   `json:"deviceId,omitempty"`
		Family string   `json:"addressFamily,omitempty"`
		Status string   `json:"status,omitempty"`
		Route  bool     `json:"defaultRoute"`
		Routes []string `json:"learnedRoutes,omitempty"`
	}
	thing struct {
		ID, Device, Family string
		Route              bool
	}
	operationsOfThing struct {
		getFn     func(id string, a args) (thing, bool, error)
		findFn    func(a args) (thing, bool, error)
		prepareFn func(a args) error
		createFn  func(a args) (thing, error)
		updateFn  func(x thing, a args, d []Difference) (thing, error)
		deleteFn  func(x thing) error
		calls     []string
		views     []View[state]
	}
)

func (o *operationsOfThing) Get(_ context.Context, id string, a args) (thing, bool, error) {
	o.calls = append(o.calls, "Get")
	return o.getFn(id, a)
}

func (o *operationsOfThing) Find(_ context.Context, a args) (thing, bool, error) {
	o.calls = append(o.calls, "Find")
	return o.findFn(a)
}

func (o *operationsOfThing) Prepare(_ context.Context, a args) error {
	o.calls = append(o.calls, "Prepare")
	return o.prepareFn(a)
}

func (o *operationsOfThing) Create(_ context.Context, a args) (thing, error) {
	o.calls = append(o.calls, "Create")
	return o.createFn(a)
}

func (o *operationsOfThing) Update(_ context.Context, x thing, a args, d []Difference) (thing, error) {
	o.calls = append(o.calls, "Update")
	return o.updateFn(x, a, d)
}

func (o *operationsOfThing) Delete(_ context.Context, x thing) error {
	o.calls = append(o.calls, "Delete")
	return o.deleteFn(x)
}

func (o *operationsOfThing) Report(_ context.Context, x thing, v View[state]) Report[state] {
	o.calls = append(o.calls, "Report")
	o.views = append(o.views, v)
	return Report[state]{
		State:      state{ID: x.ID, Route: x.Route, Status: v.Previous.Status},
		Conditions: []xpv1.Condition{condition("Shining", corev1.ConditionTrue, "Reported", "")},
		Details:    managed.ConnectionDetails{"id": []byte(x.ID)},
	}
}

func define(ops Operations[args, state, thing]) Definition[args, state, thing] {
	keyOf := func(device, family string) string {
		if device == "" || family == "" {
			return ""
		}
		return device + "/" + family
	}
	return Definition[args, state, thing]{
		Noun: "thing",
		Key:  func(a args) string { return keyOf(a.Device, a.Family) },
		Incomplete: func(a args) string {
			if keyOf(a.Device, a.Family) == "" {
				return "device or family is missing"
			}
			return ""
		},
		ID:    func(x thing) string { return x.ID },
		KeyOf: func(x thing) string { return keyOf(x.Device, x.Family) },
		Mismatch: func(a args, x thing) string {
			if a.Device != "" && a.Device != x.Device {
				return "its deviceId is " + x.Device
			}
			return ""
		},
		Differences: func(a args, x thing) []Difference {
			if want := ptr.Deref(a.Route, false); want != x.Route {
				return []Difference{{Field: "defaultRoute", Want: "this", Got: "that"}}
			}
			return nil
		},
		Recreate: func(bool, state) (bool, string) { return true, "" },
		Window:   10 * time.Minute,
		Unreadable: func(last state, since time.Time) []xpv1.Condition {
			return []xpv1.Condition{condition("Shining", corev1.ConditionUnknown, "Unreadable", last.Status+" until "+since.Format(time.Kitchen))}
		},
		Connect: func(*packet.Client, string) Operations[args, state, thing] { return ops },
	}
}

// scopes makes an empty resource of each scope.
var scopes = map[string]func() resource.Managed{
	"Cluster":    func() resource.Managed { return &clusterv1alpha1.BgpSession{} },
	"Namespaced": func() resource.Managed { return &namespacedv1alpha1.BgpSession{} },
}

// session fills a resource of either scope from parts of a manifest.
func session(t *testing.T, empty func() resource.Managed, spec map[string]any, changes ...func(resource.Managed)) resource.Managed {
	t.Helper()
	full := map[string]any{"managementPolicies": []any{"*"}}
	maps.Copy(full, spec)
	mg := empty()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{
		"metadata": map[string]any{"name": "edge", "uid": "me", "generation": int64(3)}, "spec": full,
	}, mg); err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(mg)
	}
	return mg
}

func asked() map[string]any {
	return map[string]any{"forProvider": map[string]any{"deviceId": deviceID, "addressFamily": "ipv4"}}
}

func named(name string) func(resource.Managed) {
	return func(mg resource.Managed) { meta.SetExternalName(mg, name) }
}

func allowed(actions ...xpv1.ManagementAction) func(resource.Managed) {
	return func(mg resource.Managed) { mg.SetManagementPolicies(actions) }
}

func pending(ago time.Duration) func(resource.Managed) {
	return func(mg resource.Managed) { meta.SetExternalCreatePending(mg, now.Add(-ago)) }
}

func lostAt(ago time.Duration) func(resource.Managed) {
	return func(mg resource.Managed) {
		meta.SetExternalCreateFailed(mg, now.Add(-ago))
		meta.AddAnnotations(mg, map[string]string{AnnotationLostCreation: now.Add(-ago).Format(time.RFC3339)})
	}
}

func observedAt(t *testing.T, endpoint string) func(resource.Managed) {
	t.Helper()
	return func(mg resource.Managed) {
		if err := storeState(mg, endpoint, state{ID: objectID}); err != nil {
			t.Fatal(err)
		}
	}
}

func deleted(mg resource.Managed) { mg.SetDeletionTimestamp(ptr.To(metav1.NewTime(now))) }

// shining is what was reported of an object that was there.
func shining(mg resource.Managed) {
	setConditions(mg, xpv1.Available(), condition("Shining", corev1.ConditionTrue, "Reported", ""))
}

// vanishedBefore is what was said of an object that was not there any more.
func vanishedBefore(mg resource.Managed) {
	setConditions(mg,
		condition(xpv1.TypeReady, corev1.ConditionFalse, "Vanished", "the thing is gone"),
		condition("Shining", corev1.ConditionUnknown, "Unreadable", "long ago"))
}

// observedAs is what was observed of an object.
func observedAs(t *testing.T, id string) func(resource.Managed) {
	t.Helper()
	return func(mg resource.Managed) {
		t.Helper()
		if err := storeState(mg, endpoint, state{ID: id, Status: "bright"}); err != nil {
			t.Fatal(err)
		}
	}
}

func keepsOut(mg resource.Managed) {
	meta.AddAnnotations(mg, map[string]string{AnnotationAdopt: "false"})
}

type configsFn struct {
	resolveFn  func(mg resource.Managed) (providerconfig.Connection, error)
	endpointFn func(mg resource.Managed) (string, error)
}

func (c configsFn) Resolve(_ context.Context, mg resource.Managed) (providerconfig.Connection, error) {
	return c.resolveFn(mg)
}

func (c configsFn) Endpoint(_ context.Context, mg resource.Managed) (string, error) {
	return c.endpointFn(mg)
}

func resolves(_ resource.Managed) (providerconfig.Connection, error) {
	return providerconfig.Connection{
		Config: packet.Config{BaseURL: endpoint, Token: secretKey}, Reference: "ClusterProviderConfig default",
	}, nil
}

// refuses has no configuration that could be read.
func refuses(resource.Managed) (providerconfig.Connection, error) {
	return providerconfig.Connection{}, errBoom
}

type claimerFn struct {
	claimFn func(endpoint, key string, uid types.UID) (Claim, error)
	forgot  []string
	// released are those that hold nothing any more.
	released []types.UID
}

func (c *claimerFn) Claim(_ context.Context, endpoint, key string, uid types.UID) (Claim, error) {
	return c.claimFn(endpoint, key, uid)
}

func (c *claimerFn) Forget(endpoint, key string, uid types.UID) {
	c.forgot = append(c.forgot, endpoint+" "+key+" "+string(uid))
}

func (c *claimerFn) Release(uid types.UID) { c.released = append(c.released, uid) }

func answers(claim Claim, err error) *claimerFn {
	return &claimerFn{claimFn: func(string, string, types.UID) (Claim, error) { return claim, err }}
}

// claimInto holds what is claimed, and says what that was.
func claimInto(claimed *string) func(string, string, types.UID) (Claim, error) {
	return func(_, key string, _ types.UID) (Claim, error) {
		*claimed = key
		return Held, nil
	}
}

type recorder struct{ events []event.Event }

func (r *recorder) Event(_ runtime.Object, e event.Event)    { r.events = append(r.events, e) }
func (r *recorder) WithAnnotations(...string) event.Recorder { return r }

func (r *recorder) reasons() []string {
	var out []string
	for _, e := range r.events {
		out = append(out, string(e.Reason))
	}
	return out
}

// connect returns the client that the connector makes for the resource.
func connect(t *testing.T, mg resource.Managed, ops *operationsOfThing, claims Claimer, events event.Recorder) managed.ExternalClient {
	t.Helper()
	c := &Connector[args, state, thing]{
		Definition: define(ops), Configs: configsFn{resolveFn: resolves}, Dialer: packet.NewConnections(packet.Options{}),
		Claims: claims, Events: events, Clock: clocktesting.NewFakePassiveClock(now), Late: 12 * time.Minute,
	}
	client, err := c.Connect(t.Context(), mg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// conditionsOf returns status and reason of the conditions that are set.
func conditionsOf(mg resource.Managed, of ...xpv1.ConditionType) map[xpv1.ConditionType]string {
	out := map[xpv1.ConditionType]string{}
	for _, t := range append(of, xpv1.TypeReady, xpv1.TypeSynced, TypeAdopted, TypeUpToDate, "Shining") {
		if c := mg.GetCondition(t); c.Reason != "" {
			out[t] = string(c.Status) + "/" + string(c.Reason)
		}
	}
	return out
}

// SPDX-License-Identifier: Apache-2.0

package references

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/test/integration/internal/stage"
)

// The requests that make something, as they are counted.
const (
	postProject = "POST /projects"
	postKey     = "POST /projects/{id}/ssh-keys"
	postBlock   = "POST /projects/{id}/ips"
	postConfig  = "POST /projects/{id}/bgp-configs"
	postDevice  = "POST /projects/{id}/devices"
	postSession = "POST /devices/{id}/bgp/sessions"
)

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMx0fWMzBbpQ1EWTZHEP0eEzTlzpbGJeu4RLr7GtC2e admin@example.com"

// A link is how an argument refers to another resource: the field beside the
// argument, and its value.
type link func(argument string, to *unstructured.Unstructured) (field string, value any)

// byName refers to a resource by its name.
func byName(argument string, to *unstructured.Unstructured) (field string, value any) {
	ref := map[string]any{"name": to.GetName()}
	if strings.HasSuffix(argument, "Ids") {
		return argument + "Refs", []any{ref}
	}
	return argument + "Ref", ref
}

// bySelector refers to a resource by its labels.
func bySelector(argument string, to *unstructured.Unstructured) (field string, value any) {
	return argument + "Selector", map[string]any{"matchLabels": map[string]any{"stack": to.GetLabels()["stack"]}}
}

// A stack is a resource of each kind, with each reference that there is.
type stack struct {
	*stage.Tenant

	project, key, block, config, device, session *unstructured.Unstructured

	applied []*unstructured.Unstructured
}

// newStack returns a stack that nobody has applied yet. What is applied of it
// is deleted after the test, at once: one would wait for the other.
func newStack(tn *stage.Tenant, by link) *stack {
	s := &stack{Tenant: tn}
	tn.T.Cleanup(func() {
		ctx := context.Background() // The test's own has ended.
		s.Sim.ClearFaults()
		for _, u := range s.applied {
			if err := client.IgnoreNotFound(s.Kube.Delete(ctx, u.DeepCopy())); err != nil {
				tn.T.Errorf("cannot delete %s after the test: %v", u.GetName(), err)
			}
		}
		s.awaitGone(ctx)
	})
	s.project = s.manifest("Project", "edge", map[string]any{"name": "edge"})
	of := func(arguments map[string]any) map[string]any {
		field, value := by("projectId", s.project)
		arguments[field] = value
		return arguments
	}
	s.key = s.manifest("SshKey", "admin", of(map[string]any{"label": "admin", "publicKey": publicKey}))
	s.block = s.manifest("ReservedIpBlock", "services", of(map[string]any{"type": "public_ipv4", "quantity": int64(4), "metro": "sv"}))
	s.config = s.manifest("BgpConfig", "bgp", of(map[string]any{"deploymentType": "local", "asn": int64(65000)}))
	s.device = s.machine("edge-1", by)
	s.session = s.speaker("edge-1-ipv4", "ipv4", s.device, by)
	return s
}

// manifest returns a resource with the label by which others select it.
func (s *stack) manifest(kind, name string, arguments map[string]any) *unstructured.Unstructured {
	u := s.Manifest(kind, name, arguments, nil)
	u.SetLabels(map[string]string{"stack": s.Name})
	return u
}

// machine returns a Device of the stack's project, key and block.
func (s *stack) machine(name string, by link) *unstructured.Unstructured {
	public := map[string]any{"type": "public_ipv4", "cidr": int64(31)}
	arguments := map[string]any{
		"plan": "c3.small.x86", "operatingSystem": "ubuntu_22_04", "metro": "sv", "hostname": name,
		"ipAddresses": []any{public, map[string]any{"type": "private_ipv4"}, map[string]any{"type": "public_ipv6"}},
	}
	field, value := by("projectId", s.project)
	arguments[field] = value
	field, value = by("projectSshKeyIds", s.key)
	arguments[field] = value
	field, value = by("reservationIds", s.block)
	public[field] = value
	return s.manifest("Device", name, arguments)
}

// speaker returns a BgpSession of a device.
func (s *stack) speaker(name, family string, device *unstructured.Unstructured, by link) *unstructured.Unstructured {
	field, value := by("deviceId", device)
	return s.manifest("BgpSession", name, map[string]any{"addressFamily": family, field: value})
}

// all are the resources, each before what it refers to.
func (s *stack) all() []*unstructured.Unstructured {
	return []*unstructured.Unstructured{s.session, s.device, s.config, s.block, s.key, s.project}
}

// apply applies resources.
func (s *stack) apply(list ...*unstructured.Unstructured) {
	s.T.Helper()
	for _, u := range list {
		s.Create(u)
		s.applied = append(s.applied, u)
	}
}

// ready applies all and waits until all are Ready.
func (s *stack) ready() {
	s.T.Helper()
	s.apply(s.all()...)
	for _, u := range s.all() {
		s.AwaitReady(u)
	}
}

// id returns the id of a resource's object.
func (s *stack) id(u *unstructured.Unstructured) string {
	s.T.Helper()
	id, _ := s.Stored(u).Status.AtProvider["id"].(string)
	if id == "" {
		s.T.Fatalf("%s %s has no id", u.GetKind(), u.GetName())
	}
	return id
}

// places are where the API has the objects of a kind.
var places = map[string]string{
	"Project": "/projects/", "SshKey": "/ssh-keys/", "ReservedIpBlock": "/ips/", "Device": "/devices/", "BgpSession": "/bgp/sessions/",
}

// paths are where the API has the objects of the resources. A BgpConfig goes
// with its project.
func (s *stack) paths() []string {
	s.T.Helper()
	var out []string
	for _, u := range s.applied {
		if place, ok := places[u.GetKind()]; ok {
			out = append(out, place+s.id(u))
		}
	}
	return out
}

// wantNothing fails the test if the API has something at one of the paths.
func (s *stack) wantNothing(paths []string) {
	s.T.Helper()
	for _, path := range paths {
		if s.Exists(path) {
			s.T.Errorf("the API still has %s", path)
		}
	}
	if left := s.Sim.Counts(); left.Projects != 0 || len(left.Devices) != 0 || len(left.Sessions) != 0 {
		s.T.Errorf("want an empty API, got %+v", left)
	}
}

// asked wants a value of spec.forProvider, in the form in which fmt prints it.
func asked(field string, want any) stage.Check {
	return func(r *stage.Resource) error {
		if got := r.Spec.ForProvider[field]; fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Errorf("want spec.forProvider.%s %v, got %v", field, want, got)
		}
		return nil
	}
}

// always has a link resolved at each reconciliation.
func always(by link) link {
	return func(argument string, to *unstructured.Unstructured) (field string, value any) {
		field, value = by(argument, to)
		one := value
		if list, ok := value.([]any); ok {
			one = list[0]
		}
		if ref, ok := one.(map[string]any); ok {
			maps.Copy(ref, map[string]any{"policy": map[string]any{"resolve": "Always"}})
		}
		return field, value
	}
}

// driven starts an API whose clock stands still until a test moves it, and on
// which provisioning takes ten minutes.
func driven(t *testing.T) *packetsim.Sim {
	t.Helper()
	return packetsim.Start(t, packetsim.Config{
		Clock: clocktesting.NewFakeClock(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)),
		Timings: packetsim.Timings{
			Queued: time.Minute, Addresses: time.Minute, Provisioning: 8 * time.Minute,
		},
	})
}

// deleteAll deletes resources at once and waits until Kubernetes has none.
func (s *stack) deleteAll(order []*unstructured.Unstructured) {
	s.T.Helper()
	for _, u := range order {
		s.Delete(u)
	}
	s.awaitGone(s.T.Context())
}

func (s *stack) awaitGone(ctx context.Context) {
	s.T.Helper()
	s.Await(ctx, s.T, "deletion of everything", func(ctx context.Context) error {
		for _, u := range s.applied {
			if err := s.Gone(u)(ctx); err != nil {
				return fmt.Errorf("%s %w", u.GetKind(), err)
			}
		}
		return nil
	})
}

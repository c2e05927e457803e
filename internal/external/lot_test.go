// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"slices"
	"testing"
	"time"

	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

const (
	firstProject  = "60000000-0000-4000-8000-000000000001"
	secondProject = "60000000-0000-4000-8000-000000000002"
	elsewhere     = "https://old.example.net/metal/v1/"
)

// A small kind whose objects are in a project and are recognised by the mark of
// their owner, with the field names of a Device.
type (
	lotArgs struct {
		Project string `json:"projectId,omitempty"`
	}
	lotState struct {
		ID      string `json:"id,omitempty"`
		Project string `json:"projectId,omitempty"`
	}
	lot struct{ ID, Project, Owner string }
	// lots are all there are, and operations on them on behalf of an owner.
	lots struct {
		all []lot
		// lagging is true if lists do not show what is there.
		lagging bool
		findErr error
		// wrong is an id of something else than a lot.
		wrong string
		// created is called before an object is stored.
		created func() error
		owner   string
		calls   []string
	}
)

func (l *lots) Get(_ context.Context, id string, a lotArgs) (lot, bool, error) {
	l.calls = append(l.calls, "Get in "+a.Project)
	if id == l.wrong {
		return lot{}, false, &Refusal{Reason: ReasonMismatch, Message: "that is no lot"}
	}
	i := slices.IndexFunc(l.all, func(x lot) bool { return x.ID == id })
	if i < 0 {
		return lot{}, false, nil
	}
	return l.all[i], true, nil
}

func (l *lots) Find(_ context.Context, a lotArgs) (lot, bool, error) {
	l.calls = append(l.calls, "Find in "+a.Project)
	i := slices.IndexFunc(l.all, func(x lot) bool { return x.Owner == l.owner && x.Project == a.Project })
	if i < 0 || l.lagging || l.findErr != nil {
		return lot{}, false, l.findErr
	}
	return l.all[i], true, nil
}

func (l *lots) Prepare(_ context.Context, a lotArgs) error {
	l.calls = append(l.calls, "Prepare in "+a.Project)
	return nil
}

func (l *lots) Create(_ context.Context, a lotArgs) (lot, error) {
	l.calls = append(l.calls, "Create in "+a.Project)
	if l.created != nil {
		if err := l.created(); err != nil {
			return lot{}, err
		}
	}
	x := lot{ID: objectID, Project: a.Project, Owner: l.owner}
	l.all = append(l.all, x)
	return x, nil
}

func (l *lots) Update(_ context.Context, x lot, _ lotArgs, _ []Difference) (lot, error) {
	l.calls = append(l.calls, "Update "+x.ID)
	return x, nil
}

func (l *lots) Delete(_ context.Context, x lot) error {
	l.calls = append(l.calls, "Delete "+x.ID)
	l.all = slices.DeleteFunc(l.all, func(y lot) bool { return y.ID == x.ID })
	return nil
}

func (l *lots) Report(_ context.Context, x lot, _ View[lotState]) Report[lotState] {
	return Report[lotState]{State: lotState{ID: x.ID, Project: x.Project}}
}

func defineLots(l *lots) Definition[lotArgs, lotState, lot] {
	return Definition[lotArgs, lotState, lot]{
		Noun: "lot",
		ID:   func(x lot) string { return x.ID },
		Incomplete: func(a lotArgs) string {
			if a.Project == "" {
				return "the project is missing"
			}
			return ""
		},
		Mismatch: func(a lotArgs, x lot) string {
			if a.Project != "" && a.Project != x.Project {
				return "its projectId is " + x.Project
			}
			return ""
		},
		Differences: func(lotArgs, lot) []Difference { return nil },
		Marked:      func(x lot, owner string) bool { return x.Owner == owner },
		Recreate:    func(asked bool, _ lotState) (bool, string) { return asked, "ask for another" },
		InProject:   true,
		Window:      10 * time.Minute,
		Connect: func(_ *packet.Client, owner string) Operations[lotArgs, lotState, lot] {
			l.owner = owner
			return l
		},
	}
}

// lotScopes makes an empty resource of each scope.
var lotScopes = map[string]func() resource.Managed{
	"Cluster":    func() resource.Managed { return &clusterv1alpha1.Device{} },
	"Namespaced": func() resource.Managed { return &namespacedv1alpha1.Device{} },
}

// inProject is a specification that writes out the project.
func inProject(id string) map[string]any {
	return map[string]any{"forProvider": map[string]any{"projectId": id}}
}

// attemptedIn is the record of an attempt to create an object.
func attemptedIn(endpoint, project string) func(resource.Managed) {
	return func(mg resource.Managed) {
		meta.AddAnnotations(mg, map[string]string{AnnotationCreationPlace: endpoint + " " + project})
	}
}

// lotAt is what was observed of a lot.
func lotAt(t *testing.T, endpoint, id, project string) func(resource.Managed) {
	t.Helper()
	return func(mg resource.Managed) {
		t.Helper()
		if err := storeState(mg, endpoint, lotState{ID: id, Project: project}); err != nil {
			t.Fatal(err)
		}
	}
}

// projectOfConfig is a configuration with a default project.
func projectOfConfig(id string) configsFn {
	return configsFn{
		resolveFn: func(mg resource.Managed) (providerconfig.Connection, error) {
			c, err := resolves(mg)
			c.ProjectID = id
			return c, err
		},
		endpointFn: func(resource.Managed) (string, error) { return endpoint, nil },
	}
}

// lotConnector returns a connector whose configuration has a default project.
func lotConnector(l *lots, project string, events *recorder, now clock.PassiveClock) *Connector[lotArgs, lotState, lot] {
	return &Connector[lotArgs, lotState, lot]{
		Definition: defineLots(l), Configs: projectOfConfig(project), Dialer: packet.NewConnections(packet.Options{}),
		Claims: answers(Held, nil), Events: events, Clock: now, Late: 12 * time.Minute,
	}
}

// observeLot connects and observes at the fixed time.
func observeLot(t *testing.T, mg resource.Managed, l *lots, project string, events *recorder) (managed.ExternalClient, managed.ExternalObservation, error) {
	t.Helper()
	e, err := lotConnector(l, project, events, clocktesting.NewFakePassiveClock(now)).Connect(t.Context(), mg)
	if err != nil {
		t.Fatal(err)
	}
	o, err := e.Observe(t.Context(), mg)
	return e, o, err
}

// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/event"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// A ConfigResolver finds the connection that a managed resource's
// ProviderConfig describes.
type ConfigResolver interface {
	// Resolve records the usage and returns the connection.
	Resolve(ctx context.Context, mg resource.Managed) (providerconfig.Connection, error)
	// Endpoint returns the address alone; it records and reads nothing else.
	Endpoint(ctx context.Context, mg resource.Managed) (string, error)
}

// A Dialer makes a client of the Packet API.
type Dialer interface {
	Client(cfg packet.Config) (*packet.Client, error)
}

// A Claimer decides which of several managed resources with one key may write.
type Claimer interface {
	Claim(ctx context.Context, endpoint, key string, uid types.UID) (Claim, error)
	Forget(endpoint, key string, uid types.UID)
	Release(uid types.UID)
}

// A Connector makes the external client of a kind. One serves both scopes.
type Connector[A, S, X any] struct {
	Definition Definition[A, S, X]
	Configs    ConfigResolver
	Dialer     Dialer
	Claims     Claimer
	// Values reads Secrets and ConfigMaps that arguments name. It is live.
	Values client.Reader
	Events event.Recorder
	Clock  clock.PassiveClock
	// Late is how long the API may take to store what a request asked for that
	// nobody waits for any more.
	Late time.Duration
}

// Connect returns a client for one reconciliation of the managed resource. One
// that is being deleted and leaves its object as it is needs neither the API nor
// a configuration.
func (c *Connector[A, S, X]) Connect(ctx context.Context, mg resource.Managed) (managed.ExternalClient, error) {
	if meta.WasDeleted(mg) && c.Definition.kept(policiesOf(mg)) != "" {
		return &managed.NopClient{}, nil
	}
	e, err := c.connect(ctx, mg)
	if err != nil {
		unread(mg, c.Definition.Unreadable, c.Clock)
		return nil, err
	}
	return e, nil
}

func (c *Connector[A, S, X]) connect(ctx context.Context, mg resource.Managed) (*externalClient[A, S, X], error) {
	conn, err := c.Configs.Resolve(ctx, mg)
	if err != nil {
		return nil, err
	}
	api, err := c.Dialer.Client(conn.Config)
	if err != nil {
		return nil, errors.Wrapf(err, "cannot use %s", conn.Reference)
	}
	args, at, err := c.arguments(ctx, mg, conn, api.Endpoint())
	if err != nil {
		return nil, err
	}
	return &externalClient[A, S, X]{
		Definition: c.Definition,
		ops:        c.Definition.Connect(api, string(mg.GetUID())),
		claims:     c.Claims,
		events:     c.Events,
		clock:      c.Clock,
		connection: conn,
		endpoint:   api.Endpoint(),
		args:       args,
		at:         at,
		allowed:    policiesOf(mg),
		late:       c.Late,
	}, nil
}

// arguments returns the arguments of a managed resource, and those by which its
// object is read and looked for, which have it where it is, or may be. What is
// written need not lead there any more: a reference may lead elsewhere, a Secret
// may hold another key, and the default of the configuration, which counts for a
// first creation, may be another one.
func (c *Connector[A, S, X]) arguments(ctx context.Context, mg resource.Managed, conn providerconfig.Connection, endpoint string) (args arguments[A], at whereabouts[A], err error) {
	completed := completion{resolve: func(forProvider map[string]any) error { return resolveValues(ctx, c.Values, mg, forProvider) }}
	project := ""
	if c.Definition.InProject {
		if project, err = knownProject(mg, endpoint, creationOf(mg, c.Clock, 0)); err != nil {
			return args, at, err
		}
		completed.defaults, completed.fallbacks = projectOf(project), projectOf(conn.ProjectID)
	}
	if args, err = loadArguments[A](mg, completed); err != nil {
		return args, at, err
	}
	if at, err = c.whereabouts(mg, endpoint, args.merged); args.waits != "" {
		// Until it is known where else, an object is asked for where it is.
		args.merged = at.read
	}
	if err == nil {
		err = errors.Wrap(convert(located{ProjectID: project}, &at.read), "cannot look in the project")
	}
	if err == nil {
		err = errors.Wrap(convert(located{ProjectID: project}, &at.sought), "cannot look in the project")
	}
	return args, at, err
}

// projectOf is the argument that names a project, if there is one to be named.
func projectOf(id string) map[string]any {
	if id == "" {
		return nil
	}
	return map[string]any{"projectId": id}
}

// Forget drops what is remembered of a managed resource that is let go, and of
// its object. If its configuration is gone already, the latter is left to the
// kind. That the object stays where it must is told as an event.
func (c *Connector[A, S, X]) Forget(ctx context.Context, mg resource.Managed) {
	c.Claims.Release(mg.GetUID())
	name := meta.GetExternalName(mg)
	if because := c.Definition.kept(policiesOf(mg)); because != "" && name != "" {
		c.Events.Event(mg, released(c.Definition.Noun, name, because))
	}
	if c.Definition.Forget == nil || name == "" {
		return
	}
	if endpoint, err := c.Configs.Endpoint(ctx, mg); err == nil {
		c.Definition.Forget(endpoint, name)
	}
}

// RivalOf describes a managed resource of either scope to Claims that are made
// at an endpoint. It reads the resource only.
func RivalOf(ctx context.Context, configs ConfigResolver, endpoint string, mg resource.Managed) Rival {
	r := Rival{UID: mg.GetUID(), Writes: policiesOf(mg).writes(), Created: mg.GetCreationTimestamp().Time}
	// A resource whose configuration cannot be read cannot write either, and
	// must not keep others from doing so.
	if at, err := configs.Endpoint(ctx, mg); err == nil {
		r.Endpoint, r.Confirmed = at, at == endpoint && confirmed(mg, at)
	}
	return r
}

// KeyOf returns the key that a managed resource of either scope asks for: by
// its arguments, else by what was observed of its object, whose identifying
// fields have the same names. For a kind without keys it is the object's id. It
// is empty if nothing identifies an object, or nothing that can be told without
// reading a Secret.
func (c *Connector[A, S, X]) KeyOf(mg resource.Managed) string {
	if c.Definition.Key == nil {
		return strings.ToLower(meta.GetExternalName(mg))
	}
	if key := c.reportedKey(mg); key != "" {
		return key
	}
	args, err := loadArguments[A](mg, completion{})
	if err != nil {
		return ""
	}
	if key := c.Definition.Key(args.merged); key != "" {
		return key
	}
	if args.merged, err = loadState[A](mg); err != nil {
		return ""
	}
	return c.Definition.Key(args.merged)
}

// reportedKey is the key of the object whose state was last reported, for kinds
// that tell it.
func (c *Connector[A, S, X]) reportedKey(mg resource.Managed) string {
	if c.Definition.KeyOfState == nil {
		return ""
	}
	last, err := loadState[S](mg)
	if err != nil {
		return ""
	}
	return c.Definition.KeyOfState(last)
}
